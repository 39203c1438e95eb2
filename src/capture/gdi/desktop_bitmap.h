// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "capture/gdi/gdi_handles.h"
#include "capture/windows/screen.h"

namespace oriel::gdi_capture {

/// Memory that GDI copies a screen into: B, G, R, undefined; rows without gaps, top row first.
///
/// Lifetime: the bitmap stays selected in its context. Threads: one at a time.
class DesktopBitmap {
  public:
    /// Errors: System.
    static Result<DesktopBitmap> make(Size size);

    /// Copies `screen`, which has this bitmap's size, without the pointer.
    /// Blocks: milliseconds. Errors: System, as while another desktop has the input.
    Result<void> take(const WindowsScreen& screen);

    Size size() const { return size_; }

    std::size_t stride() const { return std::size_t{size_.width} * 4; }

    const std::byte* pixels() const { return pixels_; }

  private:
    DesktopBitmap() = default;

    Size size_;
    UniqueBitmap bitmap_;  ///< Goes after the context it is selected in.
    UniqueMemoryContext context_;
    std::byte* pixels_ = nullptr;  ///< The bitmap's.
};

}  // namespace oriel::gdi_capture
