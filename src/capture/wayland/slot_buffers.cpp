// SPDX-License-Identifier: MIT
#include "capture/wayland/slot_buffers.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/linux/sealed_memory.h"
#include "base/log.h"

namespace oriel::wayland_capture {
namespace {

/// More slots than any region has: offsets that never come back must not pile up.
constexpr std::size_t kMaxKept = 64;

/// Whole pages of what a pool can be.
constexpr std::uint64_t kMaxPool = std::numeric_limits<std::int32_t>::max() / 4096 * 4096;

std::int32_t number(std::uint64_t value) {
    return static_cast<std::int32_t>(value);
}

Proxy<wl_shm_pool> make_pool(const Connection& connection, int fd, std::uint64_t size) {
    return Proxy<wl_shm_pool>(wl_shm_create_pool(connection.shm(), fd, number(size)));
}

/// On a connection of its own, which ends with a compositor's refusal.
Result<void> try_pool(const std::string& display, int fd, std::uint64_t size) {
    ORIEL_TRY_ASSIGN(const auto trial, Connection::open(display));
    const auto pool = make_pool(*trial, fd, size);
    return trial->round_trip();
}

}  // namespace

void SlotBuffers::bind_region(const UniqueFd& fd, const MappedMemory& memory) {
    forget();
    pool_.reset();
    pool_size_ = std::min<std::uint64_t>(memory.bytes().size(), kMaxPool);
    if (const auto tried = try_pool(connection_.display(), fd.get(), pool_size_); !tried) {
        log(LogLevel::Info,
            "the compositor cannot write into this region, so each frame is copied once more: " +
                tried.error().message);
        return;
    }
    pool_ = make_pool(connection_, fd.get(), pool_size_);
}

bool SlotBuffers::fits_pool(std::uint64_t region_offset, const FrameGeometry& geometry) const {
    // A compositor counts whole rows.
    const std::uint64_t bytes = std::uint64_t{geometry.stride} * geometry.size.height;
    return pool_ != nullptr && region_offset <= pool_size_ && bytes <= pool_size_ - region_offset;
}

Result<wl_shm_pool*> SlotBuffers::find_spare(const FrameGeometry& geometry) {
    const std::uint64_t bytes = std::uint64_t{geometry.stride} * geometry.size.height;
    if (spare_.bytes().size() < bytes) {
        ORIEL_TRY_ASSIGN(const UniqueFd fd,
                         create_sealed_memory("oriel-capture", bytes, PageSize::Normal));
        ORIEL_TRY_ASSIGN(spare_,
                         MappedMemory::map(fd, Access::ReadWrite, "memory for the compositor"));
        spare_pool_ = make_pool(connection_, fd.get(), spare_.bytes().size());
    }
    return spare_pool_.get();
}

Result<wl_buffer*> SlotBuffers::find(std::uint64_t region_offset,
                                     const FrameGeometry& geometry,
                                     std::uint32_t shm_format) {
    for (const Kept& kept : kept_) {
        if (kept.region_offset == region_offset && kept.geometry == geometry) {
            return kept.buffer.get();
        }
    }
    if (kept_.size() == kMaxKept) {
        kept_.clear();
    }
    const bool is_direct = fits_pool(region_offset, geometry);
    wl_shm_pool* pool = pool_.get();
    if (!is_direct) {
        ORIEL_TRY_ASSIGN(pool, find_spare(geometry));
    }
    kept_.push_back(
        {region_offset,
         geometry,
         Proxy<wl_buffer>(wl_shm_pool_create_buffer(pool,
                                                    is_direct ? number(region_offset) : 0,
                                                    number(geometry.size.width),
                                                    number(geometry.size.height),
                                                    number(geometry.stride),
                                                    shm_format))});
    return kept_.back().buffer.get();
}

std::uint64_t SlotBuffers::copy_over(std::span<std::byte> slot,
                                     std::uint64_t region_offset,
                                     const FrameGeometry& geometry,
                                     const Damage& damage) const {
    if (fits_pool(region_offset, geometry)) {
        return 0;
    }
    const std::uint32_t pixel = bytes_per_pixel(geometry.format);
    for (const Rect& rect : damage.rects()) {
        for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
            const std::size_t at = std::size_t{y} * geometry.stride + std::size_t{rect.x} * pixel;
            std::memcpy(
                slot.data() + at, spare_.bytes().data() + at, std::size_t{rect.width} * pixel);
        }
    }
    return damage.area() * pixel;
}

void SlotBuffers::forget() {
    kept_.clear();
    spare_pool_.reset();
    spare_ = MappedMemory();
}

}  // namespace oriel::wayland_capture
