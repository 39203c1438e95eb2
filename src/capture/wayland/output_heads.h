// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include <wayland-client.h>
#include <wlr-output-management-unstable-v1-client-protocol.h>

#include "base/clock.h"
#include "base/result.h"
#include "relay/geometry.h"

namespace oriel::wayland_capture {

struct OutputMode {
    zwlr_output_mode_v1* proxy = nullptr;
    Size size;
    std::uint32_t refresh_mhz = 0;  ///< 0: not told.
};

struct OutputHead {
    zwlr_output_head_v1* proxy = nullptr;
    std::string name;
    std::list<OutputMode> modes;
    zwlr_output_mode_v1* current_proxy = nullptr;
    bool is_on = false;
    bool is_finished = false;

    /// Empty where it was not told.
    OutputMode current() const;
};

/// A compositor's outputs as wlr-output-management tells them, over a connection for this alone.
///
/// Threads: one.
class OutputHeads {
  public:
    /// Blocks: up to kLimit. Errors: NotFound, Unsupported, Busy.
    static Result<std::unique_ptr<OutputHeads>> open(const std::string& display);

    ~OutputHeads();
    OutputHeads(const OutputHeads&) = delete;
    OutputHeads& operator=(const OutputHeads&) = delete;

    /// As it is now. Blocks: up to kLimit. Errors: the compositor is gone, or does not answer.
    Result<void> update();

    /// Of that name; empty: the first that is on. Null where there is none.
    const OutputHead* find(const std::string& name) const;

    enum class Applied : std::uint8_t { Done, Refused, Outdated };

    /// Gives `head` that mode (one of its own, else of our making), all else stays.
    /// Blocks, errors: as update().
    Result<Applied> apply(const OutputHead& head, const OutputMode& mode);

    static constexpr Nanoseconds kLimit = std::chrono::seconds(2);

  private:
    struct Disconnect {
        void operator()(wl_display* display) const noexcept { wl_display_disconnect(display); }
    };

    OutputHeads(std::unique_ptr<wl_display, Disconnect> display, std::string name)
        : display_(std::move(display)), name_(std::move(name)) {}

    void listen();
    void add_head(zwlr_output_head_v1* proxy);

    /// Until `is_done`, hearing all that comes.
    Result<void> wait(const bool& is_done);
    Result<void> hear(Nanoseconds limit);

    std::unique_ptr<wl_display, Disconnect> display_;
    std::string name_;
    wl_registry* registry_ = nullptr;
    zwlr_output_manager_v1* manager_ = nullptr;
    std::uint32_t serial_ = 0;
    std::list<OutputHead> heads_;
};

}  // namespace oriel::wayland_capture
