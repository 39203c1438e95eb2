// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <windows.h>

#include "relay/geometry.h"

namespace oriel::test {

/// A window without a frame over the desktop's corner, whose pixels the test knows.
///
/// Threads: one; each call handles the window's messages.
class PaintedWindow {
  public:
    explicit PaintedWindow(Size size);
    ~PaintedWindow();
    PaintedWindow(const PaintedWindow&) = delete;
    PaintedWindow& operator=(const PaintedWindow&) = delete;

    /// 0xRRGGBB for each of its pixels, row by row; all 0 at first. On the screen when it returns.
    void put(const Rect& place, const std::vector<std::uint32_t>& colours);

    const std::vector<std::uint32_t>& truth() const { return truth_; }

    /// The pointer's shape while it is over the window. Null: none.
    void set_cursor(HCURSOR cursor);

  private:
    void handle_messages();

    Size size_;
    std::vector<std::uint32_t> truth_;
    HWND window_ = nullptr;
};

}  // namespace oriel::test
