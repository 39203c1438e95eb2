// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/linux/child_program.h"
#include "base/result.h"
#include "host/demo/demo_cookie.h"
#include "host/demo/demo_screen.h"

namespace oriel {

/// DISPLAY and its key, for programs on one of the demo's own X servers.
std::vector<std::pair<std::string, std::string>> environment_of(const std::string& display,
                                                                const DemoCookie& cookie);

/// An X server of the demo's own.
struct DemoServer {
    ChildProgram process;
    DemoScreen screen;
};

/// Starts an X server without a screen anybody sees; not up before finish_server().
/// `label`: "guest X server".
Result<ChildProgram> begin_server(const std::string& label, Size size, const DemoCookie& cookie);

/// Waits until it takes connections. Errors: it did not start.
Result<DemoServer> finish_server(ChildProgram process, const DemoCookie& cookie);

/// What a window shows, or the root window: a PNG file, taken by a program that is not ours,
/// ImageMagick's import. `cookie`: as DemoScreen::open() was given.
/// Blocks: until it is taken. Errors: Unsupported.
Result<std::vector<std::byte>> take_screenshot(const DemoScreen& screen,
                                               xcb_window_t window,
                                               const DemoCookie* cookie);

}  // namespace oriel
