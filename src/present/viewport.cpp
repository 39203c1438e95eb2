// SPDX-License-Identifier: MIT
#include "present/viewport.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"

namespace oriel {
namespace {

/// The largest of `shape`'s aspect in `bounds`, enlarged where need be.
Size largest_in(Size bounds, Size shape) {
    const std::uint64_t across = std::uint64_t{bounds.width} * shape.height;
    const std::uint64_t down = std::uint64_t{bounds.height} * shape.width;
    const auto scaled = [](std::uint64_t product, std::uint32_t by, std::uint32_t limit) {
        const std::uint64_t rounded = (product + by / 2) / by;
        return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(rounded, 1, limit));
    };
    if (across <= down) {
        return {bounds.width, scaled(across, shape.width, bounds.height)};
    }
    return {scaled(down, shape.height, bounds.width), bounds.height};
}

/// What a picture of that size becomes.
Size shown_in(Size window, Size picture, Scaling scaling) {
    const bool has_room = picture.width <= window.width && picture.height <= window.height;
    if (scaling == Scaling::Fit || !has_room) {
        return largest_in(window, picture);
    }
    const std::uint32_t times = scaling == Scaling::Down ? 1
                                                         : std::min(window.width / picture.width,
                                                                    window.height / picture.height);
    return {picture.width * times, picture.height * times};
}

std::uint32_t picture_side(
    double at, std::uint32_t start, std::uint32_t length, std::uint32_t picture, double pixel) {
    const double inside = at - start;
    if (inside < pixel) {
        return 0;
    }
    if (inside >= length - pixel) {
        return picture - 1;
    }
    const double centre = (std::floor(inside / pixel) + 0.5) * pixel;
    return std::min(static_cast<std::uint32_t>(centre * picture / length), picture - 1);
}

struct Span {
    std::uint32_t start;
    std::uint32_t length;
};

Span window_span(Span part,
                 std::uint32_t target_start,
                 std::uint32_t target,
                 std::uint32_t picture) {
    const std::uint64_t first = part.start > 0 ? part.start - 1 : 0;
    const std::uint64_t last =
        std::min<std::uint64_t>(std::uint64_t{part.start} + part.length + 1, picture);
    const auto start = static_cast<std::uint32_t>(first * target / picture);
    const auto end = static_cast<std::uint32_t>((last * target + picture - 1) / picture);
    return {target_start + start, end - start};
}

}  // namespace

Size fit_into(Size bounds, Size size) {
    if (size.width <= bounds.width && size.height <= bounds.height) {
        return size;
    }
    return largest_in(bounds, size);
}

Viewport::Viewport(Size window, Size picture, Scaling scaling) {
    ORIEL_ASSERT(!window.is_empty() && !picture.is_empty());
    *this = centred(window, picture, shown_in(window, picture, scaling));
}

Viewport Viewport::placed(Size window, Size picture, const Rect& target) {
    Viewport result;
    result.window_ = window;
    result.picture_ = picture;
    result.target_ = target;
    return result;
}

Viewport Viewport::centred(Size window, Size picture, Size shown) {
    const Size cut{std::min(window.width, shown.width), std::min(window.height, shown.height)};
    return placed(
        window,
        picture,
        {(window.width - cut.width) / 2, (window.height - cut.height) / 2, cut.width, cut.height});
}

Viewport Viewport::unscaled(Size window, Size picture) {
    return placed(window, picture, Rect::of(picture));
}

Viewport Viewport::filled(Size window, Size picture) {
    return placed(window, picture, Rect::of(window));
}

bool Viewport::is_whole_multiple() const {
    return !picture_.is_empty() && target_.width % picture_.width == 0 &&
           target_.height % picture_.height == 0 &&
           target_.width / picture_.width == target_.height / picture_.height;
}

Rect Viewport::to_window(const Rect& part) const {
    if (part.is_empty()) {
        return {};
    }
    if (is_unscaled()) {
        return {target_.x + part.x, target_.y + part.y, part.width, part.height};
    }
    const Span across = window_span({part.x, part.width}, target_.x, target_.width, picture_.width);
    const Span down =
        window_span({part.y, part.height}, target_.y, target_.height, picture_.height);
    return {across.start, down.start, across.length, down.length};
}

Viewport::Point Viewport::to_picture(double x, double y, double pixel) const {
    return {picture_side(x, target_.x, target_.width, picture_.width, pixel),
            picture_side(y, target_.y, target_.height, picture_.height, pixel)};
}

bool Viewport::shows(double x, double y) const {
    const auto is_in = [](double at, std::uint32_t start, std::uint32_t length) {
        return at >= start && at < static_cast<double>(start) + length;
    };
    return is_in(x, target_.x, target_.width) && is_in(y, target_.y, target_.height);
}

Viewport::Point Viewport::pixel_in_window(Point pixel) const {
    const auto side = [](std::uint64_t at, std::uint64_t length, std::uint64_t picture) {
        return static_cast<std::uint32_t>((2 * at + 1) * length / (2 * picture));
    };
    return {target_.x + side(pixel.x, target_.width, picture_.width),
            target_.y + side(pixel.y, target_.height, picture_.height)};
}

std::array<Rect, 4> Viewport::bars() const {
    const Rect shown = target_.intersected(Rect::of(window_));
    return {Rect{0, 0, window_.width, shown.y},
            Rect{0, shown.bottom(), window_.width, window_.height - shown.bottom()},
            Rect{0, shown.y, shown.x, shown.height},
            Rect{shown.right(), shown.y, window_.width - shown.right(), shown.height}};
}

}  // namespace oriel
