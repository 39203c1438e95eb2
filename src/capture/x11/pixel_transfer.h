// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/linux/fd.h"
#include "capture/source.h"
#include "capture/x11/connection.h"
#include "capture/x11/segment.h"
#include "capture/x11/slot_pixmaps.h"
#include "capture/x11/transfer_plan.h"

namespace oriel::x11_capture {

/// Gets pixels of the root window into slots, by whatever way this server offers.
///
/// Lifetime: the connection must outlive it.
class PixelTransfer {
  public:
    explicit PixelTransfer(const Connection& connection);
    PixelTransfer(const PixelTransfer&) = delete;
    PixelTransfer& operator=(const PixelTransfer&) = delete;
    ~PixelTransfer() = default;

    /// Slots in `memory` are written by the server from now on, if it can map `fd`, which is closed
    /// where nobody else can.
    void bind_region(const UniqueFd& fd, std::span<std::byte> memory);

    /// Before the picture's size changes.
    void forget_slots() { pixmaps_.forget(); }

    /// What there is to choose from for this slot.
    Means means_for(const CaptureTarget& target);

    /// Requests all bands for `target`; buffered, not sent. finish() must follow.
    Result<void> request(const CaptureTarget& target, std::span<const Band> bands);

    /// Waits for the bands in turn and says the rows of each that came.
    /// Errors: NotFound at the connection's end; Busy where the screen is not as large as the
    /// target any more. What was written then is undefined.
    Result<void> finish(const CaptureTarget& target,
                        const std::function<void(std::uint32_t)>& rows_ready);

    /// Of the pieces last requested, each byte as often as somebody wrote it.
    std::uint64_t bytes_moved() const { return bytes_moved_; }

  private:
    struct SentPiece {
        Piece piece;
        unsigned int sequence = 0;         ///< Of the reply; 0: this request has none.
        std::uint64_t scratch_offset = 0;  ///< Way::Scratch.
    };

    struct SentBand {
        std::vector<SentPiece> pieces;
        unsigned int fence_sequence = 0;  ///< 0: the last piece's reply says that all are done.
        std::uint32_t rows = 0;
    };

    Result<void> reserve_scratch(std::span<const Band> bands);
    SentPiece send(const CaptureTarget& target, const Piece& piece, std::uint64_t scratch_offset);
    unsigned int request_image(const Rect& rect, xcb_shm_seg_t segment, std::uint64_t offset);
    bool finish_piece(const CaptureTarget& target, const SentPiece& sent);
    bool finish_band(const CaptureTarget& target, const SentBand& band);

    const Connection& connection_;
    Scratch scratch_;
    std::span<std::byte> region_memory_;
    Segment region_;
    SlotPixmaps pixmaps_;
    bool can_share_ = false;
    xcb_pixmap_t target_pixmap_ = XCB_NONE;
    std::vector<SentBand> sent_;
    std::uint64_t bytes_moved_ = 0;
};

}  // namespace oriel::x11_capture
