// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace oriel {

/// What a person asked of `oriel demo`.
struct DemoOptions {
    enum class Guest : std::uint8_t {
        Auto,  ///< A virtual machine, where one can be had; else an X server.
        X11,   ///< A second X server of this machine plays the guest.
        Vm,    ///< A virtual machine.
    };
    enum class Window : std::uint8_t {
        Auto,      ///< On the user's display, where that can be used.
        Headless,  ///< On an X server of the demo's own, which nobody sees.
    };

    Guest guest = Guest::Auto;
    Window window = Window::Auto;
    Nanoseconds duration = std::chrono::seconds(20);  ///< For which there is something to see.
    std::string folder = ".";  ///< Where the two pictures go; made where it is missing.
};

/// Shows a running desktop through the relay for a while, then measures and compares the two ends.
/// Returns the program's exit code: 0 only where the pictures are equal and alive.
///
/// Once per process (it takes over the signals that end a program). Blocks: all the while.
int run_demo(const DemoOptions& options);

}  // namespace oriel
