// SPDX-License-Identifier: MIT
#include "host/machine/screen_picture.h"

#include <cerrno>
#include <fstream>

namespace oriel {
namespace {

constexpr std::uint32_t kMostSide = 16384;
constexpr std::size_t kBytesIn = 3;
constexpr std::size_t kBytesOut = 4;
constexpr std::size_t kWord = 4;

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
    const std::size_t row = size.width * kBytesIn;
    const std::size_t padded_row = (row + kWord - 1) / kWord * kWord;
    std::vector<char> bytes(padded_row * size.height);
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    const auto got = static_cast<std::size_t>(file.gcount());
    if (got < row * size.height) {
        return Failure(Error::protocol(path + " ends too early"));
    }
    // QEMU 7.2 writes its rows with the padding that they have in memory.
    const std::size_t stride = got == bytes.size() ? padded_row : row;
    picture.pixels.resize(size.area() * kBytesOut, std::byte{255});
    for (std::size_t y = 0; y < size.height; ++y) {
        for (std::size_t i = 0; i < row; ++i) {
            // Red, green, blue there; the other way round here.
            const std::size_t colour = kBytesIn - 1 - i % kBytesIn;
            picture.pixels[(y * size.width + i / kBytesIn) * kBytesOut + colour] =
                static_cast<std::byte>(bytes[y * stride + i]);
        }
    }
    return picture;
}

}  // namespace oriel
