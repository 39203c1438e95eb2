// SPDX-License-Identifier: MIT
#include "relay/viewer_words.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "relay/fence.h"

namespace oriel {
namespace {

std::size_t hold_index(std::uint32_t output, std::uint32_t hold) {
    ORIEL_ASSERT(output < abi::kMaxOutputs && hold < abi::kHoldsPerOutput);
    return std::size_t{output} * abi::kHoldsPerOutput + hold;
}

}  // namespace

ViewerWords::ViewerWords(SharedBytes region,
                         std::optional<std::uint32_t> viewer,
                         std::uint32_t flags)
    : region_(region), index_(viewer.value_or(0)) {
    if (viewer) {
        ORIEL_ASSERT(index_ < abi::kMaxViewers && region.size() >= abi::kMinRegionSize);
        place_ = region.size() - abi::kViewersFromEnd + index_ * abi::kViewerStride;
    }
    page_.page_size = sizeof(abi::ViewerPage);
    page_.minor = abi::kMinor;
    page_.flags = flags;
}

/// All of our words but the nonce, then the nonce: it says that the rest is there.
void ViewerWords::write_page() {
    if (!place_) {
        return;
    }
    abi::ViewerPage words = page_;
    if (region_.load(*place_) != page_.nonce) {
        words.nonce = 0;
    }
    region_.store(*place_, words);
    store_fence();
    // PUBLISH viewer's words: pairs with the survey of ViewerBoard.
    region_.store(*place_, page_.nonce);
    store_fence();
}

void ViewerWords::write_word(std::size_t field, std::uint64_t word) {
    if (place_) {
        region_.store(*place_ + field, word);
    }
}

void ViewerWords::enter(std::uint64_t nonce) {
    page_.nonce = nonce;
    page_.instance = random_u64();
    std::ranges::fill(page_.holds, 0);
    std::ranges::fill(page_.seen, 0);
    page_.ping_id = 0;
    page_.messages_written = 0;
    page_.messages_read = 0;
    write_page();
}

void ViewerWords::leave() {
    page_.nonce = 0;
    std::ranges::fill(page_.holds, 0);
    write_page();
}

bool ViewerWords::are_in_place() const {
    if (!place_) {
        return true;
    }
    // Line 0 tells another life of ours, the sequences seen another moment of this one.
    constexpr std::size_t kFirstLine = abi::kLine;
    using Line = std::array<std::uint64_t, kFirstLine / kWordSize>;
    using Seen = std::array<std::uint64_t, abi::kMaxOutputs>;
    const auto line = region_.copy<Line>(*place_);
    const auto seen = region_.copy<Seen>(*place_ + offsetof(abi::ViewerPage, seen));
    Line own_line{};
    std::memcpy(own_line.data(), &page_, sizeof(own_line));
    return line == own_line && seen && std::ranges::equal(*seen, page_.seen);
}

void ViewerWords::tick() {
    ++page_.tick;
    write_page();
}

void ViewerWords::prepare_ping(Nanoseconds now) {
    ++page_.ping_id;
    page_.ping_ns = static_cast<std::uint64_t>(now.count());
}

bool ViewerWords::is_full(std::uint32_t output) const {
    return page_.holds[hold_index(output, 0)] != 0 && page_.holds[hold_index(output, 1)] != 0;
}

std::uint32_t ViewerWords::hold(std::uint32_t output, std::uint64_t word) {
    if (!place_) {
        return 0;
    }
    ORIEL_ASSERT(!is_full(output));
    const std::uint32_t hold = page_.holds[hold_index(output, 0)] == 0 ? 0 : 1;
    const std::size_t index = hold_index(output, hold);
    page_.holds[index] = word;
    write_word(offsetof(abi::ViewerPage, holds) + index * kWordSize, word);
    return hold;
}

void ViewerWords::release(std::uint32_t output, std::uint32_t hold, std::uint64_t word) {
    const std::size_t index = hold_index(output, hold);
    if (!place_ || page_.holds[index] != word) {
        return;
    }
    store_fence();
    page_.holds[index] = 0;
    write_word(offsetof(abi::ViewerPage, holds) + index * kWordSize, 0);
}

void ViewerWords::set_seen(std::uint32_t output, std::uint64_t sequence) {
    ORIEL_ASSERT(output < abi::kMaxOutputs);
    page_.seen[output] = sequence;
    write_word(offsetof(abi::ViewerPage, seen) + output * kWordSize, sequence);
}

void ViewerWords::set_visible(Visibility visibility) {
    page_.flags &= ~abi::kViewerVisible;
    if (visibility == Visibility::Visible) {
        page_.flags |= abi::kViewerVisible;
    }
    write_page();
}

void ViewerWords::set_refresh(std::uint32_t mhz, Nanoseconds phase) {
    page_.refresh_mhz = mhz;
    page_.refresh_phase_ns = static_cast<std::uint64_t>(phase.count());
    write_page();
}

void ViewerWords::set_messages_written(std::uint64_t bytes) {
    page_.messages_written = bytes;
    write_word(offsetof(abi::ViewerPage, messages_written), bytes);
    store_fence();
}

void ViewerWords::set_messages_read(std::uint64_t bytes) {
    page_.messages_read = bytes;
    write_word(offsetof(abi::ViewerPage, messages_read), bytes);
}

std::optional<SharedBytes> ViewerWords::ring() const {
    if (!place_) {
        return std::nullopt;
    }
    return region_.slice(*place_ + abi::kPage, abi::kRingSize);
}

}  // namespace oriel
