// SPDX-License-Identifier: MIT
#include "capture/x11/pixel_transfer.h"

#include <algorithm>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <xcb/shm.h>

#include "base/log.h"
#include "relay/copy_kernel.h"

namespace oriel::x11_capture {
namespace {

constexpr std::uint32_t kPixelBytes = 4;
constexpr std::uint32_t kAllPlanes = ~0U;
constexpr std::uint64_t kFirstScratch = std::uint64_t{1} << 20U;

/// Pieces in scratch memory start on a line of their own.
constexpr std::uint64_t kScratchAlignment = 64;

std::uint64_t scratch_bytes(const Piece& piece) {
    const std::uint64_t bytes = piece.rect.area() * kPixelBytes;
    return piece.way == Way::Scratch
               ? (bytes + kScratchAlignment - 1) / kScratchAlignment * kScratchAlignment
               : 0;
}

/// Every byte as often as it is written: through scratch memory or the socket, twice.
std::uint64_t bytes_moved_by(const Piece& piece) {
    const bool is_direct = piece.way == Way::InPlace || piece.way == Way::Pixmap;
    return piece.rect.area() * kPixelBytes * (is_direct ? 1 : 2);
}

std::uint64_t offset_in_slot(const CaptureTarget& target, const Rect& rect) {
    return std::uint64_t{rect.y} * target.geometry.stride + std::uint64_t{rect.x} * kPixelBytes;
}

/// `packed` has the rectangle's rows one after the other.
void copy_into_slot(const CaptureTarget& target, const Rect& rect, const std::byte* packed) {
    const std::uint64_t row_bytes = std::uint64_t{rect.width} * kPixelBytes;
    copy_rows(target.pixels.data() + offset_in_slot(target, rect),
              packed,
              {row_bytes, rect.height, target.geometry.stride, row_bytes});
}

}  // namespace

PixelTransfer::PixelTransfer(const Connection& connection)
    : connection_(connection), pixmaps_(connection) {
    if (connection.extensions().fd_passing == FdPassing::Possible) {
        const auto reserved = scratch_.reserve(connection, kFirstScratch);
        can_share_ = reserved.has_value();
    }
    if (!can_share_) {
        log(LogLevel::Info,
            fmt::format("the X server of {} shares no memory with us: its pixels come through "
                        "the socket",
                        connection.display()));
    }
}

void PixelTransfer::bind_region(const UniqueFd& fd, std::span<std::byte> memory) {
    pixmaps_.forget();
    region_ = Segment();
    region_memory_ = {};
    if (!can_share_ || !fd) {
        return;
    }
    auto attached = Segment::attach(connection_, fd);
    if (!attached) {
        log(LogLevel::Info, attached.error().message + ": frames are copied once more");
        return;
    }
    region_ = std::move(*attached);
    region_memory_ = memory;
}

Means PixelTransfer::means_for(const CaptureTarget& target) {
    if (!can_share_) {
        return Means::Wire;
    }
    // Offsets in requests have 32 bits.
    const std::uint64_t end = target.region_offset + target.geometry.bytes();
    const bool is_in_reach =
        region_.is_attached() &&
        end <= std::min<std::uint64_t>(region_memory_.size(),
                                       std::numeric_limits<std::uint32_t>::max()) &&
        target.pixels.data() == region_memory_.data() + target.region_offset;
    if (!is_in_reach) {
        return Means::Scratch;
    }
    const auto pixmap = pixmaps_.find(
        region_, static_cast<std::uint32_t>(target.region_offset), target.geometry.size);
    target_pixmap_ = pixmap.value_or(XCB_NONE);
    return pixmap ? Means::SlotPixmap : Means::SlotSegment;
}

Result<void> PixelTransfer::request(const CaptureTarget& target, std::span<const Band> bands) {
    ORIEL_TRY(reserve_scratch(bands));
    sent_.clear();
    bytes_moved_ = 0;
    std::uint64_t scratch_offset = 0;
    for (const Band& band : bands) {
        SentBand sent{{}, 0, band.rows};
        for (const Piece& piece : band.pieces) {
            sent.pieces.push_back(send(target, piece, scratch_offset));
            scratch_offset += scratch_bytes(piece);
            bytes_moved_ += bytes_moved_by(piece);
        }
        if (sent.pieces.back().sequence == 0) {
            sent.fence_sequence = xcb_get_input_focus(connection_.get()).sequence;
        }
        sent_.push_back(std::move(sent));
    }
    return {};
}

Result<void> PixelTransfer::finish(const CaptureTarget& target,
                                   const std::function<void(std::uint32_t)>& rows_ready) {
    bool all_came = true;
    for (const SentBand& band : sent_) {
        // After a refusal the replies still have to be taken.
        all_came = finish_band(target, band) && all_came;
        if (all_came && rows_ready) {
            rows_ready(band.rows);
        }
    }
    sent_.clear();
    if (connection_.is_gone()) {
        return Failure(connection_.gone());
    }
    if (!all_came) {
        return Failure(Error::busy(fmt::format(
            "the screen of {} changed its size while it was read", connection_.display())));
    }
    return {};
}

Result<void> PixelTransfer::reserve_scratch(std::span<const Band> bands) {
    std::uint64_t bytes = 0;
    for (const Band& band : bands) {
        for (const Piece& piece : band.pieces) {
            bytes += scratch_bytes(piece);
        }
    }
    return bytes == 0 ? Result<void>() : scratch_.reserve(connection_, bytes);
}

PixelTransfer::SentPiece PixelTransfer::send(const CaptureTarget& target,
                                             const Piece& piece,
                                             std::uint64_t scratch_offset) {
    const Rect& rect = piece.rect;
    switch (piece.way) {
    case Way::InPlace:
        return {
            piece,
            request_image(rect, region_.id(), target.region_offset + offset_in_slot(target, rect)),
            0};
    case Way::Pixmap:
        pixmaps_.copy_from_root(target_pixmap_, rect);
        return {piece, 0, 0};
    case Way::Scratch:
        return {piece, request_image(rect, scratch_.id(), scratch_offset), scratch_offset};
    case Way::Wire:
        break;
    }
    const auto cookie = xcb_get_image(connection_.get(),
                                      XCB_IMAGE_FORMAT_Z_PIXMAP,
                                      connection_.root(),
                                      static_cast<std::int16_t>(rect.x),
                                      static_cast<std::int16_t>(rect.y),
                                      static_cast<std::uint16_t>(rect.width),
                                      static_cast<std::uint16_t>(rect.height),
                                      kAllPlanes);
    return {piece, cookie.sequence, 0};
}

unsigned int PixelTransfer::request_image(const Rect& rect,
                                          xcb_shm_seg_t segment,
                                          std::uint64_t offset) {
    return xcb_shm_get_image(connection_.get(),
                             connection_.root(),
                             static_cast<std::int16_t>(rect.x),
                             static_cast<std::int16_t>(rect.y),
                             static_cast<std::uint16_t>(rect.width),
                             static_cast<std::uint16_t>(rect.height),
                             kAllPlanes,
                             XCB_IMAGE_FORMAT_Z_PIXMAP,
                             segment,
                             static_cast<std::uint32_t>(offset))
        .sequence;
}

bool PixelTransfer::finish_piece(const CaptureTarget& target, const SentPiece& sent) {
    if (sent.sequence == 0) {
        return true;
    }
    const Reply<void> reply = connection_.wait_for_reply(sent.sequence);
    if (!reply) {
        return false;
    }
    const Rect& rect = sent.piece.rect;
    if (sent.piece.way == Way::Scratch) {
        copy_into_slot(target, rect, scratch_.bytes().data() + sent.scratch_offset);
    }
    if (sent.piece.way == Way::Wire) {
        const auto* const image = static_cast<const xcb_get_image_reply_t*>(reply.get());
        if (image->length < rect.area()) {  // Both in units of 4 bytes.
            return false;
        }
        copy_into_slot(target, rect, reinterpret_cast<const std::byte*>(xcb_get_image_data(image)));
    }
    return true;
}

bool PixelTransfer::finish_band(const CaptureTarget& target, const SentBand& band) {
    bool all_came = true;
    for (const SentPiece& piece : band.pieces) {
        all_came = finish_piece(target, piece) && all_came;
    }
    if (band.fence_sequence != 0) {
        const Reply<void> fence = connection_.wait_for_reply(band.fence_sequence);
        all_came = all_came && fence;
    }
    return all_came;
}

}  // namespace oriel::x11_capture
