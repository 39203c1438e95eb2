// SPDX-License-Identifier: MIT
// usage: pattern_check FILE.png
// Prints "frame N, right" where a picture is, in every pixel, what frame N of a full pattern of its
// size looks like; else what it is.
#include <cstdio>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <png.h>

#include "capture/pattern/pattern_options.h"
#include "capture/pattern/pattern_picture.h"
#include "capture/pattern/pattern_stamp.h"

int main(int argc, char** argv) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (argc != 2 || png_image_begin_read_from_file(&image, argv[1]) == 0) {
        std::puts("no picture");
        return 1;
    }
    image.format = PNG_FORMAT_BGRA;
    std::vector<std::byte> pixels(PNG_IMAGE_SIZE(image));
    if (png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr) == 0) {
        std::puts("a broken picture");
        return 1;
    }
    const oriel::FrameGeometry geometry{{image.width, image.height}, image.width * 4};
    const auto stamp = oriel::read_stamp(pixels, geometry);
    if (!stamp) {
        fmt::print("{}x{} without a stamp\n", image.width, image.height);
        return 1;
    }
    oriel::PatternOptions options;
    options.size = geometry.size;
    const bool is_right = oriel::verify_pattern(pixels, geometry, options, stamp->frame);
    fmt::print("frame {}, {}\n", stamp->frame, is_right ? "right" : "wrong");
    return is_right ? 0 : 1;
}
