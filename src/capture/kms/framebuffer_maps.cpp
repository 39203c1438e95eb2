// SPDX-License-Identifier: MIT
#include "capture/kms/framebuffer_maps.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/dma-buf.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "capture/kms/drm_handles.h"

namespace oriel::kms_capture {
namespace {

std::uint64_t byte_count(std::uint64_t pitch, Size size, PixelLayout layout) {
    return pitch * (size.height - 1) + std::uint64_t{size.width} * bytes_per_pixel(layout);
}

/// The kernel tells where drawing is done, and makes what a GPU wrote visible to us.
void wait_for_drawing(const UniqueFd& dma_buf) {
    for (const unsigned step : {unsigned{DMA_BUF_SYNC_START}, unsigned{DMA_BUF_SYNC_END}}) {
        dma_buf_sync sync{};
        sync.flags = step | unsigned{DMA_BUF_SYNC_READ};
        static_cast<void>(::ioctl(dma_buf.get(), DMA_BUF_IOCTL_SYNC, &sync));
    }
}

}  // namespace

struct FramebufferMaps::Map {
    Key key;
    MappedMemory memory;
    MappedPixels pixels;
    Nanoseconds used{0};
};

Result<std::shared_ptr<const MappedPixels>> FramebufferMaps::find(const DrmCard& card,
                                                                  const Framebuffer& framebuffer,
                                                                  PixelLayout layout) {
    const Framebuffer::Plane& plane = framebuffer.planes().front();
    const Size size = framebuffer.size();
    if (plane.pitch < std::uint64_t{size.width} * bytes_per_pixel(layout)) {
        return Failure(Error::protocol(fmt::format("{} has a framebuffer of {}x{} in rows of {} B",
                                                   card.name(),
                                                   size.width,
                                                   size.height,
                                                   plane.pitch)));
    }
    Key key{Key::Kind::CardOffset, 0, plane.offset, plane.pitch, size, layout};
    const Nanoseconds now = monotonic_now();
    drm_mode_map_dumb place{};
    place.handle = plane.handle;
    if (drmIoctl(card.fd().get(), DRM_IOCTL_MODE_MAP_DUMB, &place) == 0) {
        key.memory = place.offset;
        if (auto pixels = known(key, now)) {
            return pixels;
        }
        if (auto added = add(key, card.fd(), card.name(), now)) {
            return added;
        }
    }
    ORIEL_TRY_ASSIGN(const UniqueFd dma_buf, framebuffer.export_memory(plane));
    struct stat info{};
    if (::fstat(dma_buf.get(), &info) != 0) {
        return Failure(Error::system("map the framebuffer of " + card.name(), errno));
    }
    key.kind = Key::Kind::DmaBuf;
    key.memory = info.st_ino;
    wait_for_drawing(dma_buf);
    if (auto pixels = known(key, now)) {
        return pixels;
    }
    return add(key, dma_buf, card.name(), now);
}

std::shared_ptr<const MappedPixels> FramebufferMaps::known(const Key& key, Nanoseconds now) {
    for (const auto& map : maps_) {
        if (map->key == key) {
            map->used = now;
            return {map, &map->pixels};
        }
    }
    return nullptr;
}

Result<std::shared_ptr<const MappedPixels>> FramebufferMaps::add(const Key& key,
                                                                 const UniqueFd& fd,
                                                                 const std::string& name,
                                                                 Nanoseconds now) {
    const std::uint64_t bytes = byte_count(key.pitch, key.size, key.layout);
    const MappedMemory::Part part{key.kind == Key::Kind::CardOffset ? key.memory : 0,
                                  static_cast<std::size_t>(key.offset + bytes)};
    ORIEL_TRY_ASSIGN(MappedMemory memory,
                     MappedMemory::map(fd, Access::ReadOnly, part, "the framebuffer of " + name));
    auto map = std::make_shared<Map>();
    map->key = key;
    map->memory = std::move(memory);
    map->pixels = {key.size, key.pitch, key.layout, map->memory.bytes().subspan(key.offset, bytes)};
    map->used = now;
    maps_.push_back(map);
    return std::shared_ptr<const MappedPixels>(map, &map->pixels);
}

void FramebufferMaps::drop_unused(Nanoseconds now) {
    std::erase_if(maps_, [now](const auto& map) { return now - map->used > kFramebufferUnused; });
}

}  // namespace oriel::kms_capture
