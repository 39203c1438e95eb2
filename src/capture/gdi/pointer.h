// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <utility>

#include <windows.h>

#include "capture/windows/screen.h"
#include "relay/cursor_image.h"

namespace oriel::gdi_capture {

/// The guest's pointer, asked for again and again: GDI tells nobody when it moves.
///
/// Threads: one.
class Pointer {
  public:
    /// Where it is on `screen` now, and what it looks like.
    void follow(const WindowsScreen& screen);

    /// All was forgotten: the shape counts as new.
    void forget() { known_ = nullptr; }

    std::optional<CursorPosition> position() const { return position_; }

    std::optional<CursorImage> take_image() { return std::exchange(image_, std::nullopt); }

  private:
    HCURSOR known_ = nullptr;  ///< Whose shape was taken last.
    std::optional<CursorPosition> position_;
    std::optional<CursorImage> image_;
};

}  // namespace oriel::gdi_capture
