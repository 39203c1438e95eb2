// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <wayland-client.h>

#include "present/wayland/shm_formats.h"
#include "present/wayland/slot_buffers.h"

namespace oriel {
namespace {

constexpr std::uint64_t kMostBytes = std::numeric_limits<std::int32_t>::max();

class ShmRegion final : public RegionMemory {
  public:
    ShmRegion(const WaylandConnection& connection, const UniqueFd& fd, std::uint64_t size)
        : connection_(&connection),
          size_(std::min(size, kMostBytes)),
          pool_(wl_shm_create_pool(
              connection.globals().shm.get(), fd.get(), static_cast<std::int32_t>(size_))) {}

    const char* name() const override { return "wl_shm"; }

    RegionBuffer make_buffer(const SlotPlace& place) override {
        const FrameGeometry& geometry = place.geometry;
        const auto format = shm_format(*connection_, geometry.format);
        if (!format || !is_in_reach(place)) {
            return {};
        }
        WaylandOwned<wl_buffer> handle(
            wl_shm_pool_create_buffer(pool_.get(),
                                      static_cast<std::int32_t>(place.offset),
                                      static_cast<std::int32_t>(geometry.size.width),
                                      static_cast<std::int32_t>(geometry.size.height),
                                      static_cast<std::int32_t>(geometry.stride),
                                      *format));
        return {std::move(handle), nullptr};
    }

  private:
    /// A compositor ends the connection of whoever asks for a buffer that leaves its pool, the
    /// rest of its last row included; and none reads pixels that lie across their own size.
    bool is_in_reach(const SlotPlace& place) const {
        const FrameGeometry& geometry = place.geometry;
        const std::uint64_t pixel = bytes_per_pixel(geometry.format);
        const std::uint64_t length = std::uint64_t{geometry.stride} * geometry.size.height;
        return length <= size_ && place.offset <= size_ - length && place.offset % pixel == 0 &&
               geometry.stride % pixel == 0;
    }

    const WaylandConnection* connection_;
    std::uint64_t size_;
    WaylandOwned<wl_shm_pool> pool_;
};

}  // namespace

Result<std::unique_ptr<RegionMemory>> map_region_by_shm(const WaylandConnection& connection,
                                                        const UniqueFd& fd,
                                                        const MappedMemory& memory) {
    struct stat file{};
    const int flags = fcntl(fd.get(), F_GETFL);
    const bool is_file = fstat(fd.get(), &file) == 0 && S_ISREG(file.st_mode);
    if (!is_file || flags < 0 || (flags & O_ACCMODE) != O_RDWR) {
        return Failure(Error::unsupported(
            "the Wayland display can only be lent memory files that may be written to"));
    }
    return std::make_unique<ShmRegion>(connection, fd, memory.bytes().size());
}

}  // namespace oriel
