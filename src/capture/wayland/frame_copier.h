// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "capture/wayland/proxy.h"
#include "relay/damage.h"
#include "relay/frame_info.h"

namespace oriel::wayland_capture {

/// What a buffer must be like for a compositor to copy an output into it.
struct BufferOffer {
    Size size;
    std::uint32_t stride = 0;  ///< Bytes; 0: as we like.
    std::uint32_t shm_format = 0;
    std::optional<PixelFormat> format;  ///< Nothing: a format that no region can carry.
};

/// How a copied frame is.
struct CopiedFrame {
    Damage damage;
    Nanoseconds shown{0};  ///< By CLOCK_MONOTONIC; 0: not told.
    bool is_upside_down = false;
};

/// One way (one protocol) to have a compositor copy an output into a buffer of ours as soon as
/// something on it changes. One frame at a time.
///
/// Nothing here waits; what the compositor says comes with Connection::dispatch().
class FrameCopier {
  public:
    enum class Stage : std::uint8_t {
        Idle,     ///< ask() next.
        Asked,    ///< The compositor will offer.
        Offered,  ///< arm() next.
        Armed,    ///< The compositor copies when something changes.
        Copied,   ///< finish() next.
        Failed,   ///< drop() next.
    };

    enum class When : std::uint8_t { Changed, AtOnce };

    virtual ~FrameCopier() = default;
    FrameCopier(const FrameCopier&) = delete;
    FrameCopier& operator=(const FrameCopier&) = delete;

    Stage stage() const { return stage_; }

    const BufferOffer& offer() const { return offer_; }

    /// Only when Copied.
    const CopiedFrame& copied() const { return copied_; }

    virtual void ask(wl_output* output) = 0;

    /// `stale`: what in the buffer is older than the frame before. The buffer outlives the copy.
    /// The first frame after a drop() comes at once, whole, if it is asked for so.
    virtual void arm(wl_buffer* buffer, const Damage& stale, When when) = 0;

    /// After Copied: on to the next frame; nothing that changes meanwhile is lost.
    virtual void finish() = 0;

    /// At any time: forgets the frame under way.
    virtual void drop() = 0;

    /// Whether all of a buffer is written for each frame, whatever little has changed.
    virtual bool copies_all() const = 0;

    /// The name and version of the protocol, for people.
    virtual const char* name() const = 0;

  protected:
    FrameCopier() = default;

    Stage stage_ = Stage::Idle;
    BufferOffer offer_;
    CopiedFrame copied_;
};

/// As a region names a format of wl_shm's; nothing where it cannot.
std::optional<PixelFormat> region_format(std::uint32_t shm_format);

/// Seconds and nanoseconds as Wayland's protocols carry them.
Nanoseconds time_of(std::uint32_t high, std::uint32_t low, std::uint32_t nanoseconds);

}  // namespace oriel::wayland_capture
