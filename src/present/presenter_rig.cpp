// SPDX-License-Identifier: MIT
#include "present/presenter_rig.h"

#include <algorithm>
#include <cstring>

#include <poll.h>

#include "base/assert.h"
#include "base/linux/sealed_memory.h"

namespace oriel::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

void copy_damage(const PresentFrame& frame, const Damage& damage, std::span<std::byte> target) {
    const FrameGeometry& geometry = frame.info.geometry;
    const std::size_t pixel = bytes_per_pixel(geometry.format);
    for (const Rect& rect : damage.rects()) {
        for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
            const std::size_t at = std::size_t{y} * geometry.stride + rect.x * pixel;
            std::memcpy(&target[at], &frame.pixels[at], rect.width * pixel);
        }
    }
}

LayerImage make_layer(
    Size size, const std::function<std::uint32_t(std::uint32_t x, std::uint32_t y)>& colour) {
    LayerImage image{size, std::vector<std::byte>(size.area() * 4)};
    for (std::uint32_t y = 0; y < size.height; ++y) {
        for (std::uint32_t x = 0; x < size.width; ++x) {
            const std::uint32_t value = colour(x, y);
            std::memcpy(&image.pixels[(std::size_t{y} * size.width + x) * 4], &value, sizeof value);
        }
    }
    return image;
}

}  // namespace

TestRegion::TestRegion(std::uint64_t size) {
    auto fd = create_sealed_memory("oriel-test", size, PageSize::Normal);
    ORIEL_ASSERT(fd);
    fd_ = std::move(*fd);
    auto memory = MappedMemory::map(fd_, Access::ReadWrite, "test");
    ORIEL_ASSERT(memory);
    memory_ = std::move(*memory);
}

PresentFrame TestRegion::frame(std::uint64_t offset, const FrameGeometry& geometry) const {
    PresentFrame frame;
    frame.info.geometry = geometry;
    frame.info.crop = Rect::of(geometry.size);
    frame.pixels = memory_.bytes().subspan(offset, geometry.bytes());
    frame.region_offset = offset;
    return frame;
}

void TestRegion::fill(
    std::uint64_t offset,
    const FrameGeometry& geometry,
    const Rect& rect,
    const std::function<std::uint32_t(std::uint32_t x, std::uint32_t y)>& colour) {
    for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
        for (std::uint32_t x = rect.x; x < rect.right(); ++x) {
            const std::uint32_t value = colour(x, y);
            std::memcpy(
                &memory_.bytes()[offset + std::size_t{y} * geometry.stride + std::size_t{x} * 4],
                &value,
                sizeof value);
        }
    }
}

void Driver::sleep(Nanoseconds limit) {
    presenter_.flush();
    pollfd polled{presenter_.fd(), POLLIN, 0};
    const auto wait = std::chrono::ceil<milliseconds>(limit);
    static_cast<void>(poll(&polled, 1, static_cast<int>(wait.count())));
}

bool Driver::run_until(const std::function<bool()>& is_done) {
    const Nanoseconds give_up = monotonic_now() + seconds(10);
    while (!is_done()) {
        if (monotonic_now() > give_up || !presenter_.dispatch(heard)) {
            return is_done();
        }
        if (!is_done()) {
            sleep(milliseconds(100));
        }
    }
    return true;
}

bool Driver::show_once(PresentFrame frame, const Damage& damage) {
    if (!run_until([&] { return presenter_.is_ready(); })) {
        return false;
    }
    frame.token = next_token_++;
    if (presenter_.use() == Presenter::Use::Copies) {
        const std::span<std::byte> target = presenter_.copy_target(frame.info.geometry);
        copy_damage(frame, damage, target);
        frame.pixels = target;
        frame.region_offset.reset();
    }
    if (!presenter_.show(frame, damage)) {
        return false;
    }
    // The frame that is to be seen may stay with the display until there is another.
    return run_until([&] {
        const bool is_shown = std::ranges::find(heard.shown, frame.token) != heard.shown.end();
        return (is_shown && presenter_.is_ready()) || has_back(frame.token);
    });
}

bool Driver::has_back(std::uint64_t token) const {
    return std::ranges::find(heard.released, token) != heard.released.end();
}

bool Driver::show(PresentFrame frame, const Damage& damage) {
    constexpr int kMostTries = 20;
    Damage next = damage;
    for (int tries = 0; tries < kMostTries; ++tries) {
        const int exposures = heard.exposures;
        const std::size_t shown = heard.shown.size();
        if (!show_once(frame, next)) {
            return false;
        }
        next = Damage::whole(frame.info.geometry.size);
        const auto is_told = [&] {
            return heard.shown.size() > shown || heard.exposures > exposures;
        };
        if (!run_until(is_told)) {
            return false;
        }
        if (heard.exposures == exposures) {
            return true;
        }
    }
    return false;
}

void Driver::settle() {
    for (int i = 0; i < 3; ++i) {
        sleep(milliseconds(20));
        static_cast<void>(presenter_.dispatch(heard));
    }
}

FrameGeometry bgrx(Size size, std::uint32_t padding) {
    return {.size = size, .stride = size.width * 4 + padding};
}

LayerImage plain_layer(Size size, std::uint32_t colour) {
    return make_layer(size, [colour](std::uint32_t, std::uint32_t) { return colour; });
}

LayerImage colourful_layer(Size size) {
    return make_layer(size, test_colour);
}

std::vector<std::uint32_t> expected_pixels(
    Size size, const std::function<std::uint32_t(std::uint32_t x, std::uint32_t y)>& colour) {
    std::vector<std::uint32_t> pixels;
    pixels.reserve(size.area());
    for (std::uint32_t y = 0; y < size.height; ++y) {
        for (std::uint32_t x = 0; x < size.width; ++x) {
            pixels.push_back(colour(x, y));
        }
    }
    return pixels;
}

std::uint32_t test_colour(std::uint32_t x, std::uint32_t y) {
    return (x * 7 & 0xFF) << 16U | (y * 5 & 0xFF) << 8U | ((x / 16 + y) * 3 & 0xFF);
}

std::uint32_t block_colour(std::uint32_t x, std::uint32_t y) {
    const std::uint32_t column = x / 20;
    const std::uint32_t row = y / 20;
    return (column * 23 & 0xFFU) << 16U | (row * 41 & 0xFFU) << 8U | ((column + row) * 67 & 0xFFU);
}

}  // namespace oriel::test
