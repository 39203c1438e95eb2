// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "x11/x11_painter.h"

namespace oriel::test {

/// The viewer's windows on a server, those made first come first.
std::vector<xcb_window_t> viewer_windows(const XPainter& eye);

/// _NET_WM_NAME.
std::string title_of(const XPainter& eye, xcb_window_t window);

}  // namespace oriel::test
