// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/linux/fd.h"
#include "base/linux/mapped_memory.h"
#include "base/result.h"
#include "present/presenter.h"
#include "present/wayland/connection.h"
#include "present/wayland/picture_copies.h"
#include "present/wayland/slot_buffers.h"
#include "relay/damage.h"

namespace oriel {

/// Finds, for each frame, a buffer that the compositor can show: the guest's own memory where it
/// is lent the region, else the copy made for it by the relay, else a conversion made here.
class WaylandFrameSource {
  public:
    explicit WaylandFrameSource(const WaylandConnection& connection)
        : connection_(&connection), copies_(connection), converted_(connection) {}

    /// Errors: cannot be lent; frames come as copies.
    Result<void> bind_region(const UniqueFd& fd, const MappedMemory& memory);

    bool is_region_bound() const { return slots_.is_bound(); }

    const char* way() const { return slots_.way(); }

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
    std::vector<std::uint64_t> take_released() { return slots_.take_released(); }

  private:
    Result<Drawable> convert(const PresentFrame& frame, const Damage& damage);

    const WaylandConnection* connection_;
    WaylandSlotBuffers slots_;
    WaylandPictureCopies copies_;      ///< Of frames that need no conversion.
    std::vector<std::byte> raw_copy_;  ///< Of the others.
    FrameGeometry raw_geometry_;
    WaylandPictureCopies converted_;
};

}  // namespace oriel
