// SPDX-License-Identifier: MIT
#include "interop/looking_glass/mock/mock_picture.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/assert.h"

namespace oriel::looking_glass::mock {
namespace {

constexpr std::size_t kMostRectangles = 64;
constexpr std::uint32_t kPitchAlignment = 256;

std::uint32_t bytes_of(Format format) {
    switch (format) {
    case Format::Rgba16f:
        return 8;
    case Format::Bgr32:
    case Format::Rgb24:
        return 3;
    default:
        return 4;
    }
}

/// Of a value that is not so small that a half float would lose bits of it.
std::uint16_t half_of(float value) {
    if (value == 0.0F) {
        return 0;
    }
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t exponent = (bits >> 23U & 0xFFU) - 127 + 15;
    return static_cast<std::uint16_t>(exponent << 10U | (bits >> 13U & 0x3FFU));
}

/// Eight bits of sRGB as linear light.
std::array<std::uint16_t, 256> make_linear_halves() {
    std::array<std::uint16_t, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const float value = static_cast<float>(i) / 255.0F;
        const float linear =
            value <= 0.04045F ? value / 12.92F : std::pow((value + 0.055F) / 1.055F, 2.4F);
        table[i] = half_of(linear);
    }
    return table;
}

std::uint64_t pixel_of(Format format, std::uint32_t colour) {
    static const std::array<std::uint16_t, 256> halves = make_linear_halves();
    const std::uint64_t red = colour >> 16U & 0xFFU;
    const std::uint64_t green = colour >> 8U & 0xFFU;
    const std::uint64_t blue = colour & 0xFFU;
    switch (format) {
    case Format::Bgra:
    case Format::Bgr32:
        return blue | green << 8U | red << 16U;
    case Format::Rgba:
    case Format::Rgb24:
        return red | green << 8U | blue << 16U;
    case Format::Rgba10:
        return red << 2U | green << 12U | blue << 22U;
    case Format::Rgba16f:
        return std::uint64_t{halves[red]} | std::uint64_t{halves[green]} << 16U |
               std::uint64_t{halves[blue]} << 32U;
    }
    return 0;
}

}  // namespace

Picture::Picture(Format format, std::uint32_t width, std::uint32_t height)
    : format_(format),
      width_(width),
      height_(height),
      rows_(height),
      pitch_((width * bytes_of(format) + kPitchAlignment - 1) / kPitchAlignment * kPitchAlignment),
      colours_(std::size_t{width} * height),
      bytes_(std::size_t{pitch_} * height) {
    paint({0, 0, width, height}, 0);
}

void Picture::paint(const Rectangle& rect, std::uint32_t seed) {
    ORIEL_ASSERT(rect.x + rect.width <= width_ && rect.y + rect.height <= height_);
    for (std::uint32_t y = rect.y; y < rect.y + rect.height; ++y) {
        for (std::uint32_t x = rect.x; x < rect.x + rect.width; ++x) {
            colours_[std::size_t{y} * width_ + x] =
                (x * 2654435761U + y * 40503U + seed * 2246822519U) >> 7U & 0xFFFFFFU;
        }
    }
    encode(rect);
    damage_.push_back(rect);
}

void Picture::encode(const Rectangle& rect) {
    const std::size_t size = bytes_of(format_);
    for (std::uint32_t y = rect.y; y < rect.y + rect.height; ++y) {
        std::byte* to = &bytes_[std::size_t{y} * pitch_ + rect.x * size];
        for (std::uint32_t x = rect.x; x < rect.x + rect.width; ++x) {
            const std::uint64_t pixel = pixel_of(format_, colours_[std::size_t{y} * width_ + x]);
            std::memcpy(to, &pixel, size);
            to += size;
        }
    }
}

FrameToPost Picture::next_frame() {
    FrameToPost frame;
    frame.pixels = bytes_;
    frame.bytes_per_pixel = bytes_of(format_);
    frame.header.format_ver = 1;
    frame.header.type = static_cast<std::uint32_t>(format_);
    frame.header.screen_width = width_;
    frame.header.screen_height = height_;
    const std::uint32_t texel = format_ == Format::Bgr32 ? 4 : frame.bytes_per_pixel;
    frame.header.data_width = format_ == Format::Bgr32 ? pitch_ / texel : width_;
    frame.header.data_height = rows_;
    frame.header.frame_width = width_;
    frame.header.frame_height = height_;
    frame.header.rotation = rotation_;
    frame.header.stride = pitch_ / texel;
    frame.header.pitch = pitch_;
    frame.header.flags = flags_ | (rows_ < height_ ? 4U : 0U);
    if (damage_.size() <= kMostRectangles) {
        frame.header.damage_rects_count = static_cast<std::uint32_t>(damage_.size());
        std::ranges::copy(damage_, frame.header.damage_rects);
    }
    // Each block's first frame is written whole.
    if (++frames_ > 2) {
        frame.written = damage_;
        frame.written.insert(frame.written.end(), before_.begin(), before_.end());
        std::erase_if(frame.written, [this](Rectangle& part) {
            part.height = std::min(part.height, rows_ - std::min(part.y, rows_));
            return part.height == 0;
        });
    }
    before_ = std::exchange(damage_, {});
    return frame;
}

}  // namespace oriel::looking_glass::mock
