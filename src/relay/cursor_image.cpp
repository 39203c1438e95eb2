// SPDX-License-Identifier: MIT
#include "relay/cursor_image.h"

#include <array>
#include <cstring>

namespace oriel {
namespace {

using Pixel = std::array<std::uint8_t, 4>;  // B, G, R, A

constexpr Pixel kTransparent{0, 0, 0, 0};
constexpr Pixel kBlack{0, 0, 0, 255};
constexpr Pixel kWhite{255, 255, 255, 255};
// Marks "inverts the screen" until ring_inverted() has seen the whole picture: no colour
// premultiplied by alpha 0 looks like this.
constexpr Pixel kInverts{1, 2, 3, 0};

Pixel pixel_at(const CursorImage& image, std::uint32_t x, std::uint32_t y) {
    Pixel pixel{};
    std::memcpy(pixel.data(), image.pixels.data() + std::size_t{y} * image.stride + x * 4U, 4);
    return pixel;
}

void put_pixel(CursorImage& image, std::uint32_t x, std::uint32_t y, const Pixel& pixel) {
    std::memcpy(image.pixels.data() + std::size_t{y} * image.stride + x * 4U, pixel.data(), 4);
}

bool bit_at(const CursorImage& image, std::uint32_t x, std::uint32_t row) {
    const std::byte byte = image.pixels[std::size_t{row} * image.stride + x / 8U];
    return (std::to_integer<unsigned>(byte) >> (7U - x % 8U) & 1U) != 0;
}

Pixel convert(const CursorImage& image, std::uint32_t x, std::uint32_t y) {
    if (image.kind == CursorKind::Monochrome) {
        const bool keeps_screen = bit_at(image, x, y);
        const bool inverts = bit_at(image, x, y + image.size.height);
        if (keeps_screen) {
            return inverts ? kInverts : kTransparent;
        }
        return inverts ? kWhite : kBlack;
    }
    Pixel pixel = pixel_at(image, x, y);
    if (image.kind == CursorKind::Masked) {
        if (pixel[3] == 0) {
            pixel[3] = 255;
        } else {
            pixel = pixel[0] == 0 && pixel[1] == 0 && pixel[2] == 0 ? kTransparent : kInverts;
        }
    }
    return pixel;
}

bool is_inverted(const CursorImage& image, std::int64_t x, std::int64_t y) {
    if (x < 0 || y < 0 || x >= image.size.width || y >= image.size.height) {
        return false;
    }
    return pixel_at(image, static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y)) ==
           kInverts;
}

bool touches_inverted(const CursorImage& image, std::uint32_t x, std::uint32_t y) {
    for (std::int64_t dy = -1; dy <= 1; ++dy) {
        for (std::int64_t dx = -1; dx <= 1; ++dx) {
            if (is_inverted(image, std::int64_t{x} + dx, std::int64_t{y} + dy)) {
                return true;
            }
        }
    }
    return false;
}

/// Two passes: the ring goes by where inverted pixels were, so they turn black last.
void ring_inverted(CursorImage& image) {
    for (std::uint32_t y = 0; y < image.size.height; ++y) {
        for (std::uint32_t x = 0; x < image.size.width; ++x) {
            if (pixel_at(image, x, y) == kTransparent && touches_inverted(image, x, y)) {
                put_pixel(image, x, y, kWhite);
            }
        }
    }
    for (std::uint32_t y = 0; y < image.size.height; ++y) {
        for (std::uint32_t x = 0; x < image.size.width; ++x) {
            if (is_inverted(image, x, y)) {
                put_pixel(image, x, y, kBlack);
            }
        }
    }
}

std::byte multiplied(std::byte value, unsigned alpha) {
    return static_cast<std::byte>((std::to_integer<unsigned>(value) * alpha + 127) / 255);
}

}  // namespace

void multiply_by_alpha(std::span<std::byte> pixels) {
    for (std::size_t at = 0; at + 4 <= pixels.size(); at += 4) {
        const auto alpha = std::to_integer<unsigned>(pixels[at + 3]);
        for (std::size_t i = 0; i < 3; ++i) {
            pixels[at + i] = multiplied(pixels[at + i], alpha);
        }
    }
}

CursorImage to_colour(const CursorImage& image) {
    CursorImage colour{.kind = CursorKind::Colour,
                       .size = image.size,
                       .stride = image.size.width * 4,
                       .hot_x = image.hot_x,
                       .hot_y = image.hot_y,
                       .pixels = {}};
    colour.pixels.resize(std::size_t{colour.stride} * colour.size.height);
    for (std::uint32_t y = 0; y < image.size.height; ++y) {
        for (std::uint32_t x = 0; x < image.size.width; ++x) {
            put_pixel(colour, x, y, convert(image, x, y));
        }
    }
    if (image.kind != CursorKind::Colour) {
        ring_inverted(colour);
    }
    return colour;
}

}  // namespace oriel
