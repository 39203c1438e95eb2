// SPDX-License-Identifier: MIT
#include "capture/kms/framebuffer_maps.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/dma-buf.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "abi/region.h"
#include "capture/kms/drm_handles.h"

namespace oriel::kms_capture {
namespace {

constexpr Nanoseconds kUnused = std::chrono::seconds(2);

/// Names of memory, counted anew for each GETFB2: each has to be closed.
class Handles {
  public:
    Handles(const DrmCard& card, const drmModeFB2& framebuffer) : card_(card) {
        for (const std::uint32_t handle : framebuffer.handles) {
            if (handle != 0 && std::ranges::find(handles_, handle) == handles_.end()) {
                *std::ranges::find(handles_, 0U) = handle;
            }
        }
    }

    ~Handles() {
        for (const std::uint32_t handle : handles_) {
            if (handle != 0) {
                static_cast<void>(drmCloseBufferHandle(card_.fd().get(), handle));
            }
        }
    }

    Handles(const Handles&) = delete;
    Handles& operator=(const Handles&) = delete;

    std::uint32_t first() const { return handles_[0]; }

  private:
    const DrmCard& card_;
    std::array<std::uint32_t, 4> handles_{};
};

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

Error vanished(const DrmCard& card) {
    return Error::not_found("the framebuffer of " + card.name() + " vanished");
}

}  // namespace

struct FramebufferMaps::Map {
    Key key;
    MappedMemory memory;
    KmsPixels pixels;
    Nanoseconds used{0};
};

Result<std::shared_ptr<const KmsPixels>> FramebufferMaps::find(const DrmCard& card,
                                                               std::uint32_t framebuffer) {
    const DrmOwned<drmModeFB2> told(drmModeGetFB2(card.fd().get(), framebuffer));
    if (!told) {
        const int code = errno;
        if (code == EACCES || code == EPERM) {
            return Failure(may_not_read(card.name()));
        }
        return Failure(code == ENOENT
                           ? vanished(card)
                           : Error::system("read the framebuffer of " + card.name(), code));
    }
    const Handles handles(card, *told);
    if (handles.first() == 0) {
        return Failure(may_not_read(card.name()));
    }
    FramebufferFormat format{told->pixel_format, std::nullopt};
    if ((told->flags & DRM_MODE_FB_MODIFIERS) != 0) {
        format.modifier = told->modifier;
    }
    auto layout = readable_layout(format, card.driver());
    if (!layout) {
        return Failure(Error::unsupported(
            fmt::format("cannot read the screen of {}: {}", card.name(), layout.error().message)));
    }
    const Size size{told->width, told->height};
    if (size.is_empty() || size.width > abi::kMaxSide || size.height > abi::kMaxSide ||
        told->pitches[0] < std::uint64_t{size.width} * bytes_per_pixel(*layout)) {
        return Failure(Error::protocol(
            fmt::format("{} has a framebuffer of {}x{}", card.name(), size.width, size.height)));
    }
    return find(card,
                handles.first(),
                {Key::Kind::CardOffset, 0, told->offsets[0], told->pitches[0], size, *layout});
}

Result<std::shared_ptr<const KmsPixels>> FramebufferMaps::find(const DrmCard& card,
                                                               std::uint32_t handle,
                                                               Key key) {
    const Nanoseconds now = monotonic_now();
    drop_unused(now);
    drm_mode_map_dumb place{};
    place.handle = handle;
    if (drmIoctl(card.fd().get(), DRM_IOCTL_MODE_MAP_DUMB, &place) == 0) {
        key.memory = place.offset;
        if (auto pixels = known(key, now)) {
            return pixels;
        }
        if (auto added = add(key, card.fd(), card.name(), now)) {
            return added;
        }
    }
    int raw = -1;
    if (drmPrimeHandleToFD(card.fd().get(), handle, DRM_CLOEXEC, &raw) != 0) {
        return Failure(Error::system("map the framebuffer of " + card.name(), errno));
    }
    const UniqueFd dma_buf(raw);
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

std::shared_ptr<const KmsPixels> FramebufferMaps::known(const Key& key, Nanoseconds now) {
    for (const auto& map : maps_) {
        if (map->key == key) {
            map->used = now;
            return {map, &map->pixels};
        }
    }
    return nullptr;
}

Result<std::shared_ptr<const KmsPixels>> FramebufferMaps::add(const Key& key,
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
    return std::shared_ptr<const KmsPixels>(map, &map->pixels);
}

void FramebufferMaps::drop_unused(Nanoseconds now) {
    std::erase_if(maps_, [now](const auto& map) { return now - map->used > kUnused; });
}

}  // namespace oriel::kms_capture
