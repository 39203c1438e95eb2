// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/linux/fd.h"
#include "base/linux/mapped_memory.h"
#include "base/result.h"
#include "present/wayland/connection.h"
#include "present/wayland/owned.h"
#include "relay/frame_info.h"

namespace oriel {

/// A picture somewhere in a region.
struct SlotPlace {
    std::uint64_t offset = 0;
    FrameGeometry geometry;

    friend bool operator==(const SlotPlace&, const SlotPlace&) = default;
};

/// A way to have the compositor read a region's memory itself.
class RegionMemory {
  public:
    virtual ~RegionMemory() = default;
    RegionMemory(const RegionMemory&) = delete;
    RegionMemory& operator=(const RegionMemory&) = delete;

    /// For people: "wl_shm".
    virtual const char* name() const = 0;

    /// Null: this place cannot be shown so; it has to be copied.
    virtual WaylandOwned<wl_buffer> make_buffer(const SlotPlace& place) = 0;

  protected:
    RegionMemory() = default;
};

/// By wl_shm: one pool over the region, which the compositor maps. It reads, but it could write.
/// Errors: Unsupported where a compositor could not map it, which would end the connection.
Result<std::unique_ptr<RegionMemory>> map_region_by_shm(const WaylandConnection& connection,
                                                        const UniqueFd& fd,
                                                        const MappedMemory& memory);

/// The slots that are with the compositor, each as a buffer.
///
/// A buffer is attached once until it is released, so that each release is of one frame: a slot
/// that is shown again meanwhile gets a second one.
class WaylandSlotBuffers {
  public:
    WaylandSlotBuffers() = default;
    WaylandSlotBuffers(const WaylandSlotBuffers&) = delete;
    WaylandSlotBuffers& operator=(const WaylandSlotBuffers&) = delete;

    /// From now on of this region (null: of none). What is with the compositor of the one before
    /// stays there until it is released.
    void bind(std::unique_ptr<RegionMemory> memory);

    bool is_bound() const { return memory_ != nullptr; }

    const char* way() const { return memory_ ? memory_->name() : ""; }

    /// A buffer for one attach and commit; null: the place has to be copied. take_released()
    /// returns `token` once the compositor reads it no more.
    wl_buffer* lend(const SlotPlace& place, std::uint64_t token);

    /// Since it was asked last.
    std::vector<std::uint64_t> take_released();

  private:
    struct Buffer {
        SlotPlace place;
        WaylandOwned<wl_buffer> handle;
        std::vector<std::uint64_t>* released = nullptr;
        std::optional<std::uint64_t> token;  ///< Of the frame it is with the compositor for.
        bool is_of_old_region = false;

        void release();
    };

    void prune();

    /// Each slot once or twice, for the largest number of slots there is use for.
    static constexpr std::size_t kMostBuffers = 32;

    std::unique_ptr<RegionMemory> memory_;
    std::vector<std::unique_ptr<Buffer>> buffers_;
    std::vector<std::uint64_t> released_;
};

}  // namespace oriel
