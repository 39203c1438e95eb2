// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/linux/fd.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "present/presenter.h"
#include "present/wayland/connection.h"
#include "present/wayland/dmabuf_way.h"
#include "present/wayland/picture_copies.h"
#include "present/wayland/slot_buffers.h"
#include "relay/damage.h"

namespace oriel {

/// Finds, for each frame, a buffer that the compositor can show: the guest's own memory where it
/// is lent the region, else the copy made for it by the relay, else a conversion made here.
class WaylandFrameSource {
  public:
    WaylandFrameSource(const WaylandConnection& connection, const WaylandWakeups& wakeups)
        : connection_(&connection),
          dmabuf_(connection, wakeups),
          slots_(wakeups),
          copies_(connection),
          converted_(connection) {}

    /// Errors: cannot be lent; frames come as copies.
    Result<void> bind_region(const UniqueFd& fd, const MappedMemory& memory);

    bool is_region_bound() const { return slots_.is_bound(); }

    /// For people: how slots are shown, and why not in a better way.
    std::string way() const;

    /// Something is to be seen: better ways may be looked for. Cheap when they have been.
    void look_for_better_way();

    /// As Presenter::copy_target().
    std::span<std::byte> copy_target(const FrameGeometry& geometry);

    struct Drawable {
        wl_buffer* buffer;  ///< The picture as it is to be seen; for one attach and commit.
        Damage changed;     ///< In its pixels.
        enum class Memory : std::uint8_t {
            Slot,  ///< take_released() tells when the compositor is done with it.
            Ours,  ///< The frame's own memory is not needed any more.
        } memory;
    };

    /// `damage` of the frame's pixels changed since the last call.
    /// Errors: System, where a copy finds no memory.
    Result<Drawable> drawable(const PresentFrame& frame, const Damage& damage);

    /// Tokens of the frames whose slots the compositor let go of.
    std::vector<std::uint64_t> take_released();

  private:
    void note_lent(const SlotPlace& place);
    Result<Drawable> convert(const PresentFrame& frame, const Damage& damage);

    const WaylandConnection* connection_;
    WaylandDmabufWay dmabuf_;  // Before what it makes, which refers to it.
    WaylandSlotBuffers slots_;
    std::optional<SlotPlace> last_lent_;
    std::string noted_way_;
    WaylandPictureCopies copies_;      ///< Of frames that need no conversion.
    std::vector<std::byte> raw_copy_;  ///< Of the others.
    FrameGeometry raw_geometry_;
    WaylandPictureCopies converted_;
};

}  // namespace oriel
