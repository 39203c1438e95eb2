// SPDX-License-Identifier: MIT
#include "relay/damage.h"

#include <limits>

namespace oriel {

void Damage::add(const Rect& rect) {
    if (rect.is_empty() || covers(rect)) {
        return;
    }
    for (std::size_t i = count_; i > 0; --i) {
        if (rect.contains(rects_[i - 1])) {
            remove(i - 1);
        }
    }
    if (count_ == rects_.size()) {
        merge_cheapest_pair();
        add(rect);
        return;
    }
    rects_[count_++] = rect;
}

void Damage::add(const Damage& other) {
    for (const Rect& rect : other.rects()) {
        add(rect);
    }
}

void Damage::clip(const Rect& bounds) {
    if (bounds.contains(this->bounds())) {
        return;
    }
    const Damage before = *this;
    clear();
    for (const Rect& rect : before.rects()) {
        add(rect.intersected(bounds));
    }
}

Rect Damage::bounds() const {
    Rect all;
    for (const Rect& rect : rects()) {
        all = all.united(rect);
    }
    return all;
}

bool Damage::covers(const Rect& rect) const {
    for (const Rect& mine : rects()) {
        if (mine.contains(rect)) {
            return true;
        }
    }
    return false;
}

bool Damage::overlaps(const Rect& rect) const {
    for (const Rect& mine : rects()) {
        if (!mine.intersected(rect).is_empty()) {
            return true;
        }
    }
    return false;
}

std::uint64_t Damage::area() const {
    std::uint64_t sum = 0;
    for (const Rect& rect : rects()) {
        sum += rect.area();
    }
    return sum;
}

void Damage::remove(std::size_t index) {
    rects_[index] = rects_[--count_];
}

void Damage::merge_cheapest_pair() {
    std::uint64_t cheapest = std::numeric_limits<std::uint64_t>::max();
    std::size_t first = 0;
    std::size_t second = 1;
    for (std::size_t i = 0; i < count_; ++i) {
        for (std::size_t j = i + 1; j < count_; ++j) {
            const std::uint64_t apart = rects_[i].area() + rects_[j].area();
            const std::uint64_t together = rects_[i].united(rects_[j]).area();
            // Overlapping pairs may cover less together than apart: those cost nothing.
            const std::uint64_t cost = together > apart ? together - apart : 0;
            if (cost < cheapest) {
                cheapest = cost;
                first = i;
                second = j;
            }
        }
    }
    const Rect merged = rects_[first].united(rects_[second]);
    remove(second);
    remove(first);
    add(merged);
}

}  // namespace oriel
