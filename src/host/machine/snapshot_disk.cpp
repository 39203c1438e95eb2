// SPDX-License-Identifier: MIT
#include "host/machine/snapshot_disk.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fstream>

namespace oriel {
namespace {

// The image: a cluster each for the header, the table of reference counts, the counts themselves
// and the first table of addresses. All numbers are big-endian. See QEMU's docs/interop/qcow2.txt.
constexpr unsigned kClusterBits = 16;
constexpr std::size_t kCluster = std::size_t{1} << kClusterBits;
constexpr std::size_t kClusters = 4;
constexpr std::uint64_t kDiskSize = 64ULL << 20U;

void put(std::string& image, std::size_t at, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
        image[at + i] = static_cast<char>(value >> 8U * (bytes - 1 - i) & 0xFFU);
    }
}

std::string empty_image() {
    std::string image(kClusters * kCluster, '\0');
    put(image, 0, 0x514649FBU, 4);  // "QFI" and 0xFB
    put(image, 4, 3, 4);            // version
    put(image, 20, kClusterBits, 4);
    put(image, 24, kDiskSize, 8);
    put(image, 36, 1, 4);             // entries in the first table of addresses
    put(image, 40, 3 * kCluster, 8);  // ... and where it is
    put(image, 48, kCluster, 8);      // where the table of reference counts is
    put(image, 56, 1, 4);             // ... and its clusters
    put(image, 96, 4, 4);             // a reference count has 1 << 4 bits
    put(image, 100, 104, 4);          // bytes of this header
    put(image, kCluster, 2 * kCluster, 8);
    for (std::size_t i = 0; i < kClusters; ++i) {
        put(image, 2 * kCluster + 2 * i, 1, 2);
    }
    return image;
}

}  // namespace

Result<void> make_snapshot_disk(const std::string& path) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << empty_image();
    file.close();
    if (!file) {
        return Failure(Error::system("write " + path, errno));
    }
    return {};
}

}  // namespace oriel
