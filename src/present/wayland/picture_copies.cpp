// SPDX-License-Identifier: MIT
#include "present/wayland/picture_copies.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/assert.h"

namespace oriel {
namespace {

constexpr std::size_t kPixelBytes = 4;  // Of all formats that images have.

void copy_rects(const WaylandImage& from, const WaylandImage& to, const Damage& damage) {
    for (const Rect& rect : damage.rects()) {
        for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
            const std::size_t at = std::size_t{y} * from.stride() + rect.x * kPixelBytes;
            std::memcpy(&to.bytes()[at], &from.bytes()[at], rect.width * kPixelBytes);
        }
    }
}

}  // namespace

void WaylandPictureCopies::set_shape(const Shape& shape) {
    std::erase_if(retired_, [](const auto& image) { return !image->is_busy(); });
    if (shape == shape_) {
        return;
    }
    shape_ = shape;
    for (Copy& copy : copies_) {
        if (copy.image->is_busy()) {
            retired_.push_back(std::move(copy.image));
        }
    }
    copies_.clear();
    last_ = kNone;
    target_ = kNone;
}

Result<std::size_t> WaylandPictureCopies::free_copy() {
    if (last_ != kNone && !copies_[last_].image->is_busy()) {
        return last_;
    }
    const auto found =
        std::ranges::find_if(copies_, [](const Copy& copy) { return !copy.image->is_busy(); });
    if (found != copies_.end()) {
        return static_cast<std::size_t>(found - copies_.begin());
    }
    ORIEL_TRY_ASSIGN(auto image,
                     WaylandImage::create(*connection_, shape_.size, shape_.stride, shape_.format));
    copies_.push_back({std::move(image), Damage::whole(shape_.size)});
    return copies_.size() - 1;
}

Result<WaylandPictureCopies::Target> WaylandPictureCopies::target() {
    if (target_ == kNone) {
        ORIEL_TRY_ASSIGN(target_, free_copy());
    }
    return Target{copies_[target_].image.get(), copies_[target_].stale};
}

Result<WaylandImage*> WaylandPictureCopies::caught_up_target() {
    ORIEL_TRY_ASSIGN(const Target found, target());
    Damage& stale = copies_[target_].stale;
    if (last_ != kNone && last_ != target_) {
        copy_rects(*copies_[last_].image, *found.image, stale);
        stale.clear();
    }
    return found.image;
}

bool WaylandPictureCopies::is_target(std::span<const std::byte> bytes) const {
    return target_ != kNone && copies_[target_].image->bytes().data() == bytes.data();
}

wl_buffer* WaylandPictureCopies::finish(const Damage& changed) {
    ORIEL_ASSERT(target_ != kNone);
    for (std::size_t i = 0; i < copies_.size(); ++i) {
        if (i != target_) {
            copies_[i].stale.add(changed);
        }
    }
    last_ = std::exchange(target_, kNone);
    copies_[last_].stale.clear();
    return copies_[last_].image->lend();
}

}  // namespace oriel
