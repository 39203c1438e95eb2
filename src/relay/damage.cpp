// SPDX-License-Identifier: MIT
#include "relay/damage.h"

#include <algorithm>
#include <limits>

namespace oriel {
namespace {

/// Merges rectangles until few enough are left: always those two whose merger adds the fewest
/// pixels. Each rectangle remembers its cheapest partner among those behind it, so that a merger
/// does not look at all pairs again: a frame of many small changes would cost a millisecond.
class Merger {
  public:
    static constexpr std::size_t kRoom = std::size_t{2} * abi::kMaxDamageRects;

    void push(const Rect& rect) { rects_[count_++] = rect; }

    std::span<const Rect> reduce_to(std::size_t limit) {
        for (std::size_t i = 0; i < count_; ++i) {
            find_partner(i);
        }
        while (count_ > limit) {
            merge_cheapest();
        }
        return {rects_.data(), count_};
    }

  private:
    struct Partner {
        std::uint64_t cost = std::numeric_limits<std::uint64_t>::max();
        std::size_t index = kRoom;
    };

    /// None is empty here.
    static std::uint64_t cost_of(const Rect& a, const Rect& b) {
        const std::uint64_t apart = a.area() + b.area();
        const std::uint64_t together =
            std::uint64_t{std::max(a.right(), b.right()) - std::min(a.x, b.x)} *
            (std::max(a.bottom(), b.bottom()) - std::min(a.y, b.y));
        // Overlapping ones may cover less together than apart: those cost nothing.
        return together > apart ? together - apart : 0;
    }

    void find_partner(std::size_t i) {
        Partner best;
        for (std::size_t j = i + 1; j < count_; ++j) {
            if (const std::uint64_t cost = cost_of(rects_[i], rects_[j]); cost < best.cost) {
                best = {cost, j};
            }
        }
        partners_[i] = best;
    }

    void merge_cheapest() {
        std::size_t first = 0;
        for (std::size_t i = 1; i < count_; ++i) {
            if (partners_[i].cost < partners_[first].cost) {
                first = i;
            }
        }
        const std::size_t second = partners_[first].index;
        const std::size_t last = --count_;
        rects_[first] = rects_[first].united(rects_[second]);
        rects_[second] = rects_[last];
        for (std::size_t i = 0; i < count_; ++i) {
            const std::size_t partner = partners_[i].index;
            if (i == first || i == second || partner == first || partner == second ||
                partner == last) {
                find_partner(i);
            } else if (i < first) {
                const std::uint64_t cost = cost_of(rects_[i], rects_[first]);
                partners_[i] = cost < partners_[i].cost ? Partner{cost, first} : partners_[i];
            }
        }
    }

    std::array<Rect, kRoom> rects_;
    std::array<Partner, kRoom> partners_;
    std::size_t count_ = 0;
};

}  // namespace

void Damage::add(const Rect& rect) {
    add(std::span(&rect, 1));
}

void Damage::add(const Damage& other) {
    if (&other != this) {
        add(other.rects());
    }
}

void Damage::add(std::span<const Rect> more) {
    std::size_t added = 0;
    while (added < more.size() && (count_ < rects_.size() || covers(more[added]))) {
        add_where_room(more[added++]);
    }
    if (added == more.size()) {
        return;
    }
    Merger merger;
    for (const Rect& rect : rects()) {
        merger.push(rect);
    }
    for (const Rect& rect : more.subspan(added)) {
        if (!rect.is_empty() && !covers(rect)) {
            merger.push(rect);
        }
    }
    clear();
    for (const Rect& rect : merger.reduce_to(rects_.size())) {
        add_where_room(rect);
    }
}

void Damage::add_where_room(const Rect& rect) {
    if (rect.is_empty() || covers(rect)) {
        return;
    }
    for (std::size_t i = count_; i > 0; --i) {
        if (rect.contains(rects_[i - 1])) {
            remove(i - 1);
        }
    }
    rects_[count_++] = rect;
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

}  // namespace oriel
