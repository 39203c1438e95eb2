// SPDX-License-Identifier: MIT
#include "host/demo/demo_picture.h"

#include <algorithm>

#include <fmt/format.h>
#include <png.h>

namespace oriel {
namespace {

constexpr std::uint32_t kMaxSide = 16384;
constexpr std::size_t kChannels = 3;

}  // namespace

Result<DemoPicture> decode_png(std::span<const std::byte> file, const std::string& name) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    const auto refused = [&] {
        const std::string reason = image.message;
        png_image_free(&image);
        return Failure(Error::protocol(fmt::format("cannot read {}: {}", name, reason)));
    };
    if (png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0) {
        return refused();
    }
    image.format = PNG_FORMAT_RGB;
    if (image.width > kMaxSide || image.height > kMaxSide) {
        png_image_free(&image);
        return Failure(Error::protocol(
            fmt::format("cannot read {}: {} x {} pixels", name, image.width, image.height)));
    }
    std::vector<std::uint8_t> bytes(PNG_IMAGE_SIZE(image));
    if (png_image_finish_read(&image, nullptr, bytes.data(), 0, nullptr) == 0) {
        return refused();
    }
    DemoPicture picture{{image.width, image.height}, {}};
    picture.pixels.reserve(picture.size.area());
    for (std::size_t at = 0; at < bytes.size(); at += kChannels) {
        picture.pixels.push_back(static_cast<std::uint32_t>(bytes[at]) << 16U |
                                 static_cast<std::uint32_t>(bytes[at + 1]) << 8U |
                                 static_cast<std::uint32_t>(bytes[at + 2]));
    }
    return picture;
}

std::uint64_t count_different_pixels(const DemoPicture& a, const DemoPicture& b) {
    if (a.size != b.size) {
        return std::max(a.size.area(), b.size.area());
    }
    std::uint64_t different = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) {
        different += a.pixels[i] != b.pixels[i] ? 1U : 0U;
    }
    return different;
}

std::uint64_t count_colours(const DemoPicture& picture) {
    std::vector<std::uint32_t> colours = picture.pixels;
    std::ranges::sort(colours);
    const auto doubles = std::ranges::unique(colours);
    return static_cast<std::uint64_t>(doubles.begin() - colours.begin());
}

}  // namespace oriel
