// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>
#include <xcb/xcb.h>

#include "present/presenter_rig.h"
#include "present/x11/x11_presenter.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel::test {

/// A server, a presenter on it with a region, and a second client that looks at the window.
class X11Rig {
  public:
    explicit X11Rig(X11PresenterOptions options = {},
                    const std::vector<std::string>& server_arguments = {},
                    Size screen = {640, 480});

    /// The presenter's; it has to be on screen.
    xcb_window_t window();

    /// All of the window, rows packed.
    std::vector<std::uint32_t> look();

    Size window_size();

    /// As a user dragging the window's edge.
    void resize_window(Size size);

    /// As xprop shows it; empty where it is missing.
    std::vector<std::uint32_t> property(const std::string& name);
    std::string text_property(const std::string& name);

    xcb_atom_t atom(const std::string& name) const;

    /// Another client's message to the window, or about it to the root window.
    void send_message(xcb_window_t to, const std::string& type, std::vector<std::uint32_t> words);

    /// The pointer's picture as it is shown, premultiplied ARGB; its size in `size`.
    std::vector<std::uint32_t> pointer_image(Size& size) const;

    XServer server;
    XPainter eye;
    TestRegion region{1 << 22};
    std::unique_ptr<Presenter> presenter;
    Driver driver;
};

/// A window manager (openbox) for one test.
class WindowManager {
  public:
    /// Blocks: until it manages windows. Nothing where it is not installed.
    static std::unique_ptr<WindowManager> start(const XServer& server, const XPainter& eye);

    static std::unique_ptr<WindowManager> start(const X11Rig& rig) {
        return start(rig.server, rig.eye);
    }

    explicit WindowManager(pid_t pid) : pid_(pid) {}

    WindowManager(const WindowManager&) = delete;
    WindowManager& operator=(const WindowManager&) = delete;
    ~WindowManager();

  private:
    pid_t pid_;
};

}  // namespace oriel::test
