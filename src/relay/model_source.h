// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <vector>

#include "relay/copy_kernel.h"
#include "relay/damage.h"
#include "relay/frame_info.h"
#include "relay/test_random.h"

namespace oriel {

/// A picture that changes at random, and a source's way with a slot: it writes only what is stale
/// or changed, and remembers damage that did not get published. For tests.
class ModelSource {
  public:
    explicit ModelSource(std::uint32_t seed, const FrameGeometry& geometry) : random_(seed) {
        reshape(geometry);
    }

    TestRandom& random() { return random_; }

    const FrameGeometry& geometry() const { return geometry_; }

    std::span<const std::byte> picture() const { return picture_; }

    /// Another shape, another picture.
    void reshape(const FrameGeometry& geometry) {
        geometry_ = geometry;
        picture_.assign(static_cast<std::size_t>(geometry.bytes()), std::byte{0});
        pending_.clear();
        fill(Rect::of(geometry.size));
    }

    /// Changes some rectangles of the picture.
    void change() {
        const std::uint32_t count = random_.one_in(8) ? 70 : random_.below(4);
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::uint32_t width = 1 + random_.below(geometry_.size.width / 4 + 1);
            const std::uint32_t height = 1 + random_.below(geometry_.size.height / 4 + 1);
            fill({random_.below(geometry_.size.width - width + 1),
                  random_.below(geometry_.size.height - height + 1),
                  width,
                  height});
        }
    }

    /// Writes what is stale or pending into the slot, rows from `from_row` up to `to_row` only.
    void write(std::span<std::byte> slot,
               const Damage& stale,
               std::uint32_t from_row,
               std::uint32_t to_row) {
        Damage wanted = pending_;
        wanted.add(stale);
        const Rect band{0, from_row, geometry_.size.width, to_row - from_row};
        for (const Rect& rect : wanted.rects()) {
            const Rect part = rect.intersected(band);
            const std::size_t offset = std::size_t{part.y} * geometry_.stride + part.x * 4U;
            copy_rows(slot.data() + offset,
                      picture_.data() + offset,
                      {part.width * 4U, part.height, geometry_.stride, geometry_.stride});
        }
    }

    const Damage& pending() const { return pending_; }

    void published() { pending_.clear(); }

    /// Whether the picture's pixels (not what lies between rows) are those in `other`.
    bool equals(std::span<const std::byte> other) const {
        for (std::uint32_t row = 0; row < geometry_.size.height; ++row) {
            const std::size_t offset = std::size_t{row} * geometry_.stride;
            if (std::memcmp(other.data() + offset,
                            picture_.data() + offset,
                            static_cast<std::size_t>(geometry_.row_bytes())) != 0) {
                return false;
            }
        }
        return true;
    }

  private:
    void fill(const Rect& rect) {
        for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
            for (std::uint32_t x = rect.x; x < rect.right(); ++x) {
                const auto pixel = random_.word();
                std::memcpy(picture_.data() + std::size_t{y} * geometry_.stride + x * 4U,
                            &pixel,
                            sizeof(pixel));
            }
        }
        pending_.add(rect);
    }

    TestRandom random_;
    FrameGeometry geometry_;
    std::vector<std::byte> picture_;
    Damage pending_;
};

}  // namespace oriel
