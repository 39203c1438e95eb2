// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "relay/cursor_image.h"
#include "relay/layout.h"
#include "relay/shared_bytes.h"

namespace oriel {

/// The publisher's end of one output's cursor stream.
class CursorWriter {
  public:
    CursorWriter(SharedBytes region, const RegionLayout& layout, std::uint32_t output);

    void set_position(const CursorPosition& position, Nanoseconds now);

    /// A shape larger than the region has room for is cut to a square around its hot spot.
    void set_image(const CursorImage& image, Nanoseconds now);

  private:
    void store_line(Nanoseconds now);

    SharedBytes region_;
    RegionLayout::Output places_;
    std::uint64_t cursor_;
    std::uint64_t generation_ = 0;
    std::uint64_t shape_generations_[2] = {0, 0};
    std::uint32_t serial_ = 0;
    CursorPosition position_;
};

}  // namespace oriel
