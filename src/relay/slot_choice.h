// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "relay/viewer_board.h"

namespace oriel {

/// What a publisher knows of one of its slots when it looks for one to write.
struct SlotState {
    std::uint64_t generation = 0;  ///< Last even value stored; 0: never used.
    std::uint64_t sequence = 0;    ///< Of the frame last written into it; 0: never used.
    enum class Rank : std::uint8_t { Usable, Newest, Barred } rank = Rank::Usable;
    std::uint64_t stale_pixels = 0;  ///< To be written besides what changes.
};

/// Why that slot: whether the hold handshake may still send us away.
struct SlotChoice {
    std::uint32_t slot;
    enum class Claim : std::uint8_t {
        IfStillFree,  ///< Nobody holds it: look again after the fence.
        Taken,        ///< Somebody loses it, by the order below.
    } claim;
};

/// The slot to write next, in this order: one nobody holds; one whose hold expired; a hidden
/// viewer's; the older of a viewer's two; that of the viewer farthest behind. Never the newest.
/// Nothing if all usable slots are barred. Of free ones the frame before the newest goes last: a
/// viewer may be reaching for it at this moment. Among the others the one with the least to bring
/// up to date, so that small changes are not written into each slot of the ring in turn; among
/// equals the one longest unwritten.
///
/// Trust: holds come from viewers by way of ViewerBoard, which keeps their slots below the number
/// of slots; one whose generation is not its slot's is void.
std::optional<SlotChoice> choose_slot(std::span<const SlotState> slots,
                                      std::span<const SlotHold> holds);

/// Whether any hold names this slot as it is now.
bool is_held(std::uint32_t slot, std::uint64_t generation, std::span<const SlotHold> holds);

}  // namespace oriel
