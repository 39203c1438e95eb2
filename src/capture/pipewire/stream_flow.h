// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include <pipewire/pipewire.h>

#include "base/clock.h"

namespace oriel::pipewire_capture {

/// Whether a stream flows. One that begins to, runs until a picture has come; where none comes for
/// a while, it is started anew, a few times: a producer that sent its first picture before anyone
/// was there to take it sends it again then, which a quiet screen would not.
class StreamFlow {
  public:
    enum class Flow : std::uint8_t { Paused, Running };

    /// From the start of `stream` on, which runs then, and outlives this.
    void begin(pw_stream* stream) { stream_ = stream; }

    /// A stream is paused only where it `has_picture`: else with the next call of apply().
    void want(Flow flow, bool has_picture);
    void apply(bool has_picture);

    void on_state(pw_stream_state state);

    /// Pictures are of another format from now on.
    void on_format();

    void on_picture();

    /// No picture has come since the stream began to flow, and one may.
    bool is_awaiting() const { return is_awaiting_; }

    /// When to call nudge(), if it is not known from an event.
    std::optional<Nanoseconds> due() const { return nudge_at_; }

    /// Starts the stream anew where that is due.
    void nudge();

  private:
    void await_picture();

    pw_stream* stream_ = nullptr;
    Flow wanted_ = Flow::Running;
    Flow flow_ = Flow::Running;
    bool is_awaiting_ = true;
    bool is_nudging_ = false;
    std::uint32_t nudges_ = 0;
    std::optional<Nanoseconds> nudge_at_;
};

}  // namespace oriel::pipewire_capture
