// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "abi/frame.h"
#include "relay/geometry.h"

namespace oriel {

/// The part of a picture that changed: at most abi::kMaxDamageRects rectangles.
///
/// It never covers less than what was added. Past 64 rectangles, those two are merged whose
/// merger adds the fewest pixels. Rectangles may overlap; they never contain one another.
/// Never allocates.
class Damage {
  public:
    Damage() = default;

    explicit Damage(const Rect& rect) { add(rect); }

    static Damage whole(Size size) { return Damage(Rect::of(size)); }

    void add(const Rect& rect);
    void add(const Damage& other);

    void clear() { count_ = 0; }

    /// Cuts everything down to `bounds`.
    void clip(const Rect& bounds);

    bool is_empty() const { return count_ == 0; }

    std::span<const Rect> rects() const { return {rects_.data(), count_}; }

    Rect bounds() const;
    bool covers(const Rect& rect) const;  ///< By one rectangle alone: false does not mean missing.
    bool overlaps(const Rect& rect) const;

    /// Sum of the rectangles' areas, pixels; overlaps count twice.
    std::uint64_t area() const;

  private:
    /// At most abi::kMaxDamageRects of them.
    void add(std::span<const Rect> more);
    void add_where_room(const Rect& rect);
    void remove(std::size_t index);

    std::array<Rect, abi::kMaxDamageRects> rects_{};
    std::size_t count_ = 0;
};

}  // namespace oriel
