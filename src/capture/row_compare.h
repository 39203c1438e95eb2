// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "relay/damage.h"

namespace oriel {

/// A framebuffer's pixels and our own copy of how they were last time.
struct ComparedPixels {
    const std::byte* now = nullptr;
    std::size_t now_stride = 0;
    std::byte* before = nullptr;
    std::size_t before_stride = 0;
    Size size;  ///< Pixels.
    std::uint32_t bytes_per_pixel = 0;
};

/// Finds what changed, row by row, and takes it over into the copy. What is equal is read once,
/// what changed a second time. Rectangles are exact at both ends of a row but for gaps of less
/// than 64 bytes; rows that change alike become one.
///
/// Trust: `now` may change meanwhile. A change it misses is found the next time; what the copy
/// holds afterwards differs from what it held only inside the rectangles.
Damage take_changes(const ComparedPixels& pixels);

/// Some of a picture's rows: `first`, and each `step` rows below it.
struct RowSample {
    std::uint32_t first = 0;
    std::uint32_t step = 1;
};

/// Whether one of these rows changed. Takes nothing over.
bool has_change(const ComparedPixels& pixels, const RowSample& rows);

/// Makes rectangles of changed pieces of rows that come from top to bottom.
class ChangeBands {
  public:
    explicit ChangeBands(Damage& damage) : damage_(damage) {}

    void add(std::uint32_t y, std::uint32_t left, std::uint32_t right);

    /// What is left, after the last row.
    void finish();

  private:
    void retire(std::size_t index);

    Damage& damage_;
    std::array<Rect, 32> open_{};
    std::size_t count_ = 0;
};

}  // namespace oriel
