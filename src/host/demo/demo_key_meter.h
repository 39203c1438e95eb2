// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "host/demo/demo_hand.h"
#include "host/demo/demo_keys.h"
#include "host/demo/display_client.h"

namespace oriel {

/// Measures how long keys take to change a pixel of the viewer's window. It looks as any other
/// program of that display can: told where something was drawn, and reading what is there now.
///
/// Threads: one.
class DemoKeyMeter {
  public:
    /// Errors: as DisplayClient::open(); Unsupported where the window cannot be read.
    static Result<DemoKeyMeter> open(const DemoWindow& window);

    /// Presses the key and releases it once it is seen. Nothing where no pixel changed.
    /// Blocks: until one has; kPatience at most.
    std::optional<DemoKeyTime> measure(DemoHand& hand, std::uint32_t code);

    static constexpr Nanoseconds kPatience = std::chrono::seconds(1);

  private:
    DemoKeyMeter(DisplayClient client, xcb_window_t window, Size size)
        : client_(std::move(client)), window_(window), size_(size) {}

    bool update(const Rect& rect);
    void catch_up();

    DisplayClient client_;
    xcb_window_t window_;
    Size size_;
    std::vector<std::uint8_t> seen_;  ///< The window as it was last; four bytes a pixel.
};

}  // namespace oriel
