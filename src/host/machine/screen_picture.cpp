// SPDX-License-Identifier: MIT
#include "host/machine/screen_picture.h"

#include <cerrno>
#include <fstream>

namespace oriel {
namespace {

constexpr std::uint32_t kMostSide = 16384;
constexpr std::size_t kBytesIn = 3;
constexpr std::size_t kBytesOut = 4;

}  // namespace

Result<ScreenPicture> read_ppm(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return Failure(Error::system("read " + path, errno));
    }
    std::string magic;
    ScreenPicture picture;
    unsigned most = 0;
    file >> magic >> picture.size.width >> picture.size.height >> most;
    file.get();
    const Size size = picture.size;
    if (!file || magic != "P6" || most != 255 || size.width == 0 || size.height == 0 ||
        size.width > kMostSide || size.height > kMostSide) {
        return Failure(Error::protocol(path + " is no picture of a screen"));
    }
    const std::size_t count = std::size_t{size.width} * size.height;
    std::vector<char> bytes(count * kBytesIn);
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file) {
        return Failure(Error::protocol(path + " ends too early"));
    }
    picture.pixels.resize(count * kBytesOut, std::byte{255});
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t colour = 0; colour < kBytesIn; ++colour) {
            picture.pixels[i * kBytesOut + colour] =
                static_cast<std::byte>(bytes[i * kBytesIn + (kBytesIn - 1 - colour)]);
        }
    }
    return picture;
}

}  // namespace oriel
