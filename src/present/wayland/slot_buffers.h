// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/linux/fd.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "present/wayland/connection.h"
#include "present/wayland/owned.h"
#include "present/wayland/wakeups.h"
#include "relay/frame_info.h"

namespace oriel {

/// A picture somewhere in a region.
struct SlotPlace {
    std::uint64_t offset = 0;
    FrameGeometry geometry;
    std::uint64_t room = 0;  ///< As PresentFrame::room.

    friend bool operator==(const SlotPlace&, const SlotPlace&) = default;
};

/// A buffer of the compositor's that is a region's memory.
struct RegionBuffer {
    WaylandOwned<wl_buffer> handle;

    /// Whose fences a GPU that reads it is behind, also once the compositor has let go of it. Null:
    /// then nobody reads it.
    std::shared_ptr<const UniqueFd> dma_buf;
};

/// A way to have the compositor read a region's memory itself.
class RegionMemory {
  public:
    virtual ~RegionMemory() = default;
    RegionMemory(const RegionMemory&) = delete;
    RegionMemory& operator=(const RegionMemory&) = delete;

    /// For people: "wl_shm".
    virtual const char* name() const = 0;

    /// Without a handle: this place cannot be shown so, or not yet.
    virtual RegionBuffer make_buffer(const SlotPlace& place) = 0;

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
/// that is shown again meanwhile gets a second one. One that a GPU still reads then counts as
/// released when it has done so, of which `wakeups` tells.
class WaylandSlotBuffers {
  public:
    explicit WaylandSlotBuffers(const WaylandWakeups& wakeups) : wakeups_(&wakeups) {}

    ~WaylandSlotBuffers();
    WaylandSlotBuffers(const WaylandSlotBuffers&) = delete;
    WaylandSlotBuffers& operator=(const WaylandSlotBuffers&) = delete;

    /// From now on of this region (null: of none). What is with the compositor of the one before
    /// stays there until it is released.
    void bind(std::unique_ptr<RegionMemory> memory);

    /// Of the same region, a better way: whatever it has a buffer for goes by it.
    void prefer(std::unique_ptr<RegionMemory> better) { better_ = std::move(better); }

    bool is_bound() const { return memory_ != nullptr; }

    /// By which the last one went.
    const char* way() const { return way_; }

    /// A buffer for one attach and commit; null: the place has to be copied. take_released()
    /// returns `token` once the compositor reads it no more.
    wl_buffer* lend(const SlotPlace& place, std::uint64_t token);

    /// Since it was asked last.
    std::vector<std::uint64_t> take_released();

  private:
    struct Buffer {
        SlotPlace place;
        WaylandOwned<wl_buffer> handle;
        std::shared_ptr<const UniqueFd> dma_buf;
        WaylandSlotBuffers* owner = nullptr;
        const RegionMemory* way = nullptr;   ///< Null: of a region that is no longer bound.
        std::optional<std::uint64_t> token;  ///< Of the frame it is with the compositor for.
        bool is_read_by_gpu = false;         ///< By nobody else any more.

        void release();
    };

    void prune();
    Buffer* find(const SlotPlace& place, const RegionMemory& way);
    Buffer* make(const SlotPlace& place, RegionMemory& way);
    void take_read();

    /// Each slot once or twice, for the largest number of slots there is use for.
    static constexpr std::size_t kMostBuffers = 32;

    const WaylandWakeups* wakeups_;
    std::unique_ptr<RegionMemory> memory_;
    std::unique_ptr<RegionMemory> better_;
    const char* way_ = "";
    std::vector<std::unique_ptr<Buffer>> buffers_;
    std::vector<std::uint64_t> released_;
};

}  // namespace oriel
