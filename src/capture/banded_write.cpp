// SPDX-License-Identifier: MIT
#include "capture/banded_write.h"

#include <algorithm>

namespace oriel {
namespace {

/// How often a frame that is announced says how far it got.
constexpr std::uint32_t kBands = 8;

/// A change to announce before it is written: more than a quarter of the picture.
bool is_large(const Damage& damage, Size size) {
    return 4 * damage.area() > size.area();
}

}  // namespace

std::uint64_t write_in_bands(const CaptureTarget& target,
                             const Damage& damage,
                             const std::function<void(const Rect&)>& write) {
    const Size size = target.geometry.size;
    Damage wanted = damage;
    wanted.add(target.stale);
    const bool is_announced = target.announce && is_large(damage, size);
    if (is_announced) {
        target.announce(damage);
    }
    const std::uint32_t bands = is_announced ? kBands : 1;
    const std::uint32_t rows = (size.height + bands - 1) / bands;
    std::uint64_t pixels = 0;
    for (std::uint32_t top = 0; top < size.height; top += rows) {
        Damage inside = wanted;
        inside.clip({0, top, size.width, std::min(rows, size.height - top)});
        for (const Rect& rect : inside.rects()) {
            write(rect);
        }
        pixels += inside.area();
        if (is_announced && target.rows_ready) {
            target.rows_ready(std::min(top + rows, size.height));
        }
    }
    return pixels;
}

}  // namespace oriel
