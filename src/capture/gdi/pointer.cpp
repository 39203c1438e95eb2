// SPDX-License-Identifier: MIT
#include "capture/gdi/pointer.h"

#include "capture/gdi/cursor_shape.h"

namespace oriel::gdi_capture {
namespace {

bool is_inside(const CursorPosition& position, Size size) {
    return position.x >= 0 && position.y >= 0 &&
           position.x < static_cast<std::int32_t>(size.width) &&
           position.y < static_cast<std::int32_t>(size.height);
}

}  // namespace

void Pointer::follow(const WindowsScreen& screen) {
    CURSORINFO info{};
    info.cbSize = sizeof(info);
    if (::GetCursorInfo(&info) == 0) {
        // Another desktop has the input, for now.
        return;
    }
    CursorPosition position{.x = info.ptScreenPos.x - screen.x, .y = info.ptScreenPos.y - screen.y};
    const bool is_shown = (info.flags & CURSOR_SHOWING) != 0 && info.hCursor != nullptr;
    if (is_shown && is_inside(position, screen.size)) {
        position.visibility = CursorPosition::Visibility::Shown;
    }
    position_ = position;
    if (is_shown && info.hCursor != known_) {
        known_ = info.hCursor;
        if (auto image = cursor_shape(info.hCursor)) {
            image_ = std::move(image);
        }
    }
}

}  // namespace oriel::gdi_capture
