// SPDX-License-Identifier: MIT
#include "relay/slot_choice.h"

#include <algorithm>
#include <limits>

namespace oriel {
namespace {

bool names(const SlotHold& hold, std::uint32_t slot, std::uint64_t generation) {
    // Holds carry the low 56 bits.
    constexpr std::uint64_t kGenerationMask = (1ULL << 56U) - 1;
    return hold.slot == slot && hold.generation == (generation & kGenerationMask);
}

/// The order of loss: lower goes first.
enum class Loss : std::uint8_t { Free, Expired, Hidden, OlderOfTwo, Last };

struct Candidate {
    Loss loss = Loss::Free;
    std::uint64_t behind = 0;    ///< Newest sequence seen by its holder: less goes first.
    bool is_sought = false;      ///< Was the newest until just now: free ones before it go first.
    std::uint64_t stale = 0;     ///< Pixels: less goes first where nobody loses anything.
    std::uint64_t sequence = 0;  ///< In the slot: less goes first.

    friend bool operator<(const Candidate& a, const Candidate& b) {
        if (a.loss != b.loss) {
            return a.loss < b.loss;
        }
        if (a.loss == Loss::Last && a.behind != b.behind) {
            return a.behind < b.behind;
        }
        if (a.loss == Loss::Free && a.is_sought != b.is_sought) {
            return b.is_sought;
        }
        if (a.loss == Loss::Free && a.stale != b.stale) {
            return a.stale < b.stale;
        }
        return a.sequence < b.sequence;
    }
};

/// The same viewer also holds a slot with a newer frame. (Generations of two slots say nothing of
/// which is older.)
bool is_older_of_two(const SlotHold& hold,
                     std::span<const SlotState> slots,
                     std::span<const SlotHold> holds) {
    const std::uint64_t sequence = slots[hold.slot].sequence;
    return std::ranges::any_of(holds, [&](const SlotHold& other) {
        return other.viewer == hold.viewer && slots[other.slot].sequence > sequence &&
               names(other, other.slot, slots[other.slot].generation);
    });
}

Loss loss_of(const SlotHold& hold,
             std::span<const SlotState> slots,
             std::span<const SlotHold> holds) {
    switch (hold.standing) {
    case SlotHold::Standing::Expired:
        return Loss::Expired;
    case SlotHold::Standing::Hidden:
        return Loss::Hidden;
    case SlotHold::Standing::Live:
        return is_older_of_two(hold, slots, holds) ? Loss::OlderOfTwo : Loss::Last;
    }
    return Loss::Last;
}

Candidate judge(std::uint32_t slot,
                std::span<const SlotState> slots,
                std::span<const SlotHold> holds) {
    // A slot held by several is lost by the one to whom it matters most.
    Candidate candidate{.stale = slots[slot].stale_pixels, .sequence = slots[slot].sequence};
    for (const SlotHold& hold : holds) {
        if (!names(hold, slot, slots[slot].generation)) {
            continue;
        }
        const Loss loss = loss_of(hold, slots, holds);
        if (loss > candidate.loss) {
            candidate.loss = loss;
            candidate.behind = hold.seen;
        } else if (loss == candidate.loss) {
            candidate.behind = std::max(candidate.behind, hold.seen);
        }
    }
    return candidate;
}

/// Of the frame before the newest, if its slot is among these; 0 where there is no newest.
std::uint64_t previous_sequence(std::span<const SlotState> slots) {
    const auto newest = std::ranges::find(slots, SlotState::Rank::Newest, &SlotState::rank);
    if (newest == slots.end()) {
        return 0;
    }
    std::uint64_t previous = 0;
    for (const SlotState& slot : slots) {
        if (slot.sequence < newest->sequence) {
            previous = std::max(previous, slot.sequence);
        }
    }
    return previous;
}

}  // namespace

std::optional<SlotChoice> choose_slot(std::span<const SlotState> slots,
                                      std::span<const SlotHold> holds) {
    const std::uint64_t previous = previous_sequence(slots);
    std::optional<SlotChoice> choice;
    Candidate best;
    for (std::uint32_t slot = 0; slot < slots.size(); ++slot) {
        if (slots[slot].rank != SlotState::Rank::Usable) {
            continue;
        }
        Candidate candidate = judge(slot, slots, holds);
        candidate.is_sought = previous != 0 && candidate.sequence == previous;
        if (!choice || candidate < best) {
            best = candidate;
            choice = {slot,
                      candidate.loss == Loss::Free ? SlotChoice::Claim::IfStillFree
                                                   : SlotChoice::Claim::Taken};
        }
    }
    return choice;
}

bool is_held(std::uint32_t slot, std::uint64_t generation, std::span<const SlotHold> holds) {
    return std::ranges::any_of(holds,
                               [&](const SlotHold& hold) { return names(hold, slot, generation); });
}

}  // namespace oriel
