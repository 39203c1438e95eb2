// SPDX-License-Identifier: MIT
#include "capture/gdi/cursor_shape.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "abi/cursor.h"
#include "base/unique_handle.h"
#include "capture/gdi/gdi_handles.h"

namespace oriel::gdi_capture {
namespace {

constexpr std::size_t kPixelBytes = 4;
constexpr std::size_t kAlpha = 3;

/// The two bitmaps of an icon, as GetIconInfo() hands them over.
struct IconParts {
    UniqueBitmap colour;  ///< None: black and white, and the mask holds both halves.
    UniqueBitmap mask;    ///< AND rows, then without a colour bitmap XOR rows.
    std::uint32_t hot_x = 0;
    std::uint32_t hot_y = 0;
};

std::optional<IconParts> parts_of(HCURSOR cursor) {
    ICONINFO info{};
    if (::GetIconInfo(cursor, &info) == 0) {
        return std::nullopt;
    }
    return IconParts{
        UniqueBitmap(info.hbmColor), UniqueBitmap(info.hbmMask), info.xHotspot, info.yHotspot};
}

Size size_of(const UniqueBitmap& bitmap) {
    BITMAP facts{};
    if (::GetObjectW(bitmap.get(), sizeof(facts), &facts) == 0) {
        return {};
    }
    return {static_cast<std::uint32_t>(facts.bmWidth), static_cast<std::uint32_t>(facts.bmHeight)};
}

/// A BITMAPINFO with room for the two colours of one bit a pixel.
struct BitmapFormat {
    BITMAPINFOHEADER header{};
    RGBQUAD colours[2]{};
};

/// The bitmap's rows from the top, converted to `bits` a pixel; each starts at a multiple of four
/// bytes. Empty where the system refuses.
std::vector<std::byte> read_rows(const UniqueBitmap& bitmap, Size size, WORD bits) {
    BitmapFormat format;
    format.header = {.biSize = sizeof(BITMAPINFOHEADER),
                     .biWidth = static_cast<LONG>(size.width),
                     .biHeight = -static_cast<LONG>(size.height),
                     .biPlanes = 1,
                     .biBitCount = bits,
                     .biCompression = BI_RGB,
                     .biSizeImage = 0,
                     .biXPelsPerMeter = 0,
                     .biYPelsPerMeter = 0,
                     .biClrUsed = 0,
                     .biClrImportant = 0};
    const std::size_t stride = (std::size_t{size.width} * bits + 31) / 32 * 4;
    std::vector<std::byte> rows(stride * size.height);
    const ScreenContext screen;
    const int copied = ::GetDIBits(screen.get(),
                                   bitmap.get(),
                                   0,
                                   size.height,
                                   rows.data(),
                                   reinterpret_cast<BITMAPINFO*>(&format),
                                   DIB_RGB_COLORS);
    return copied == static_cast<int>(size.height) ? rows : std::vector<std::byte>();
}

bool has_alpha(std::span<const std::byte> pixels) {
    for (std::size_t at = kAlpha; at < pixels.size(); at += kPixelBytes) {
        if (pixels[at] != std::byte{0}) {
            return true;
        }
    }
    return false;
}

/// Where the mask's bit is set, the colour inverts what is below; else it replaces it.
void apply_mask(std::span<std::byte> pixels, std::span<const std::byte> mask, Size size) {
    const std::size_t mask_stride = mask.size() / size.height;
    for (std::size_t y = 0; y < size.height; ++y) {
        for (std::size_t x = 0; x < size.width; ++x) {
            const auto bits = std::to_integer<unsigned>(mask[y * mask_stride + x / 8]);
            const bool inverts = (bits >> (7 - x % 8) & 1U) != 0;
            pixels[(y * size.width + x) * kPixelBytes + kAlpha] =
                inverts ? std::byte{0xFF} : std::byte{0};
        }
    }
}

std::optional<CursorImage> colour_shape(const IconParts& parts, CursorImage image) {
    image.pixels = read_rows(parts.colour, image.size, 32);
    image.stride = static_cast<std::uint32_t>(image.size.width * kPixelBytes);
    if (image.pixels.empty()) {
        return std::nullopt;
    }
    if (has_alpha(image.pixels)) {
        multiply_by_alpha(image.pixels);
        return image;
    }
    const auto mask = read_rows(parts.mask, image.size, 1);
    if (mask.empty()) {
        return std::nullopt;
    }
    image.kind = CursorKind::Masked;
    apply_mask(image.pixels, mask, image.size);
    return image;
}

std::optional<CursorImage> two_colour_shape(const IconParts& parts, CursorImage image) {
    image.kind = CursorKind::Monochrome;
    image.pixels = read_rows(parts.mask, {image.size.width, 2 * image.size.height}, 1);
    if (image.pixels.empty()) {
        return std::nullopt;
    }
    image.stride = static_cast<std::uint32_t>(image.pixels.size() / (2 * image.size.height));
    return image;
}

}  // namespace

std::optional<CursorImage> cursor_shape(HCURSOR cursor) {
    const auto parts = parts_of(cursor);
    if (!parts) {
        return std::nullopt;
    }
    const bool is_coloured = static_cast<bool>(parts->colour);
    Size size = size_of(is_coloured ? parts->colour : parts->mask);
    if (!is_coloured) {
        size.height /= 2;
    }
    if (size.is_empty() || size.width > abi::kMaxCursorSide || size.height > abi::kMaxCursorSide) {
        return std::nullopt;
    }
    CursorImage image;
    image.size = size;
    image.hot_x = std::min(parts->hot_x, size.width - 1);
    image.hot_y = std::min(parts->hot_y, size.height - 1);
    return is_coloured ? colour_shape(*parts, std::move(image))
                       : two_colour_shape(*parts, std::move(image));
}

}  // namespace oriel::gdi_capture
