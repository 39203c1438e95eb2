// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include "capture/source.h"
#include "capture/x11/damage_tracker.h"
#include "capture/x11/pixel_transfer.h"
#include "capture/x11/transfer_plan.h"

namespace oriel::x11_capture {

/// Brings what changed and its pixels into a slot, so that nothing that changes is left
/// unreported, in as few round trips as that allows: one more of them is a wait behind whatever
/// the server does for programs that draw.
///
/// Pixels are read from the live screen, later than the changes were taken. Where they lie in a
/// changed (or announced) rectangle they are reported anyway, and what changed since stays in the
/// server for the next frame. Elsewhere (stale, read along, guessed) a change would go
/// unreported: so changes are taken once more, behind the pixels in the same stream of requests.
///
/// Lifetime: both must outlive it.
class ScreenReader {
  public:
    ScreenReader(DamageTracker& damage, PixelTransfer& transfer)
        : damage_(damage), transfer_(transfer) {}

    struct Frame {
        Damage damage;  ///< To report: no less than what changed in the slot.
        Damage late;    ///< Changed again, at the earliest while it was read: pending.
        std::uint64_t bytes_moved = 0;
    };

    /// Fills `target`. `changed` is what is pending besides what the server knows; it grows by
    /// that, and stays pending if this fails. Errors: as PixelTransfer::finish.
    Result<Frame> read(const CaptureTarget& target, Damage& changed);

  private:
    /// What one frame's requests brought up to now.
    struct Progress {
        Damage area;  ///< Read.
        Damage late;
        std::uint64_t bytes_moved = 0;
        bool is_announced = false;
    };

    /// Whether changes are to be taken again behind the pixels.
    enum class Late : std::uint8_t { Take, Leave };

    Result<void> read_known(const CaptureTarget& target, Damage& changed, Progress& progress);
    Result<void> read_guess(const CaptureTarget& target, Damage& changed, Progress& progress);
    Result<void> transfer(const CaptureTarget& target,
                          std::span<const Band> bands,
                          Late late,
                          Progress& progress);
    bool may_guess(const CaptureTarget& target, const Damage& changed) const;
    void learn(const Damage& taken);

    DamageTracker& damage_;
    PixelTransfer& transfer_;
    Damage last_taken_;
    bool is_steady_ = false;  ///< The last change lay within the one before it.
};

}  // namespace oriel::x11_capture
