// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/linux/fd.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "capture/wayland/connection.h"
#include "relay/damage.h"
#include "relay/frame_info.h"

namespace oriel::wayland_capture {

/// Slots as buffers that a compositor writes into: in the region itself, or, where it cannot map
/// that or a slot lies beyond its first 2 GiB, in memory beside it, from which copy_over() takes
/// the pixels.
class SlotBuffers {
  public:
    explicit SlotBuffers(Connection& connection) : connection_(connection) {}

    /// Blocks: for an answer of the compositor's, on a connection that lives no longer: one that
    /// refuses the memory ends it.
    void bind_region(const UniqueFd& fd, const MappedMemory& memory);

    /// Lent until the next bind_region() or forget(). Errors: System: no memory.
    Result<wl_buffer*> find(std::uint64_t region_offset,
                            const FrameGeometry& geometry,
                            std::uint32_t shm_format);

    /// Into the slot, where its buffer lies beside it. Returns the bytes written.
    std::uint64_t copy_over(std::span<std::byte> slot,
                            std::uint64_t region_offset,
                            const FrameGeometry& geometry,
                            const Damage& damage) const;

    /// What pictures of another shape needed.
    void forget();

  private:
    struct Kept {
        std::uint64_t region_offset;
        FrameGeometry geometry;
        Proxy<wl_buffer> buffer;
    };

    bool fits_pool(std::uint64_t region_offset, const FrameGeometry& geometry) const;
    Result<wl_shm_pool*> find_spare(const FrameGeometry& geometry);

    Connection& connection_;
    Proxy<wl_shm_pool> pool_;  ///< Over the region; null: it cannot be mapped.
    std::uint64_t pool_size_ = 0;
    MappedMemory spare_;  ///< One slot, since one frame is under way at a time.
    Proxy<wl_shm_pool> spare_pool_;
    std::vector<Kept> kept_;
};

}  // namespace oriel::wayland_capture
