// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include <pipewire/pipewire.h>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel::pipewire_capture {

Error no_pipewire(int code);

/// A connection to a PipeWire, with the loop that serves it.
///
/// Threads: everything of ours is called by dispatch().
class PipewireLink {
  public:
    /// Over a descriptor that a portal gave. Errors: PipeWire does not answer.
    static Result<std::unique_ptr<PipewireLink>> open(UniqueFd remote);

    PipewireLink(const PipewireLink&) = delete;
    PipewireLink& operator=(const PipewireLink&) = delete;
    ~PipewireLink();

    pw_core* core() const { return core_; }

    int fd() const { return pw_loop_get_fd(loop_); }

    /// Errors: the connection is gone.
    Result<void> dispatch();

  private:
    PipewireLink() = default;

    Result<void> connect(UniqueFd remote);
    void on_error(std::uint32_t id, int code, const char* text);

    static const pw_core_events kEvents;

    pw_loop* loop_ = nullptr;
    pw_context* context_ = nullptr;
    pw_core* core_ = nullptr;
    spa_hook hook_{};
    std::optional<Error> failure_;
};

}  // namespace oriel::pipewire_capture
