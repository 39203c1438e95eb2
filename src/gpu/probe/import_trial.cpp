// SPDX-License-Identifier: MIT
#include "gpu/probe/import_trial.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <drm_fourcc.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <xf86drm.h>

#include "base/linux/sealed_memory.h"
#include "base/mapped_memory.h"
#include "gpu/egl/egl_importer.h"

namespace oriel::gpu {
namespace {

constexpr std::size_t kPixelBytes = 4;
constexpr std::uint32_t kColours = 0x00FFFFFFU;

/// Of the pixel so many bytes into the picture: no two pages are alike. Alpha is opaque.
std::uint32_t known_pixel(std::uint64_t at) {
    const auto number = static_cast<std::uint32_t>(at / kPixelBytes);
    return (number * 0x9E3779B1U) | ~kColours;
}

void paint(std::span<std::byte> slot) {
    for (std::uint64_t at = 0; at + kPixelBytes <= slot.size(); at += kPixelBytes) {
        const std::uint32_t pixel = known_pixel(at);
        std::memcpy(slot.data() + at, &pixel, sizeof(pixel));
    }
}

Result<void> compare(const ImportTrial& trial, const MappedPixels& read) {
    for (std::uint32_t y = 0; y < trial.size.height; ++y) {
        const std::byte* const row = read.bytes.data() + y * read.stride;
        for (std::uint32_t x = 0; x < trial.size.width; ++x) {
            std::uint32_t pixel = 0;
            std::memcpy(&pixel, row + x * kPixelBytes, sizeof(pixel));
            const std::uint64_t at = std::uint64_t{y} * trial.stride + x * kPixelBytes;
            if ((pixel & kColours) != (known_pixel(at) & kColours)) {
                return Failure(Error::unsupported(fmt::format(
                    "it shows other pixels than there are, from {} KiB on", at / 1024)));
            }
        }
    }
    return {};
}

Result<UniqueFd> open_node(const std::string& path) {
    if (path.empty()) {
        return UniqueFd();
    }
    UniqueFd node(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!node) {
        return Failure(Error::unsupported(Error::system("open " + path, errno).message));
    }
    // Of a render node nobody is the master; of a card we do not want to be.
    static_cast<void>(drmDropMaster(node.get()));
    return node;
}

}  // namespace

Result<std::string> try_import(const ImportTrial& trial) {
    ORIEL_TRY_ASSIGN(const Udmabuf udmabuf, Udmabuf::open());
    ORIEL_TRY_ASSIGN(const UniqueFd memory,
                     create_sealed_memory("oriel-probe", trial.memory_size, PageSize::Normal));
    ORIEL_TRY_ASSIGN(
        const MappedMemory slot,
        MappedMemory::map(
            memory, Access::ReadWrite, {trial.slot.offset, trial.slot.size}, "memory to try"));
    paint(slot.bytes());

    FramebufferMemory picture{trial.size, {DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_LINEAR}, {}};
    ORIEL_TRY_ASSIGN(UniqueFd dma_buf, udmabuf.wrap(memory, trial.slot));
    picture.planes.push_back({std::move(dma_buf), 0, trial.stride});
    ORIEL_TRY_ASSIGN(UniqueFd node, open_node(trial.node));
    // A compositor that draws on the CPU does so by the same driver.
    ORIEL_TRY_ASSIGN(const auto importer, open_egl_importer(std::move(node), Renderer::Software));
    ORIEL_TRY_ASSIGN(const auto imported, importer->import(picture));
    ORIEL_TRY_ASSIGN(const MappedPixels read, imported->read());
    ORIEL_TRY(compare(trial, read));
    return importer->name();
}

}  // namespace oriel::gpu
