// SPDX-License-Identifier: MIT
#include "relay/viewer_board.h"

#include "base/planted_fault.h"
#include "relay/fence.h"

namespace oriel {
namespace {

constexpr std::uint64_t kSlotMask = (1ULL << abi::kHoldSlotBits) - 1;

/// No display is faster; a viewer that says so gets no say.
constexpr std::uint32_t kMaxRefreshMhz = 1'000'000;

/// The start of ViewerPage: what a survey needs of everybody who is here.
struct PageHead {
    std::uint64_t nonce;
    std::uint32_t tick;
    std::uint32_t flags;
    std::uint32_t page_size;
    std::uint32_t minor;
    std::uint64_t features;
    std::uint64_t instance;
};

static_assert(offsetof(PageHead, tick) == offsetof(abi::ViewerPage, tick) &&
              offsetof(PageHead, instance) == offsetof(abi::ViewerPage, instance));

// Two 32-bit fields each.
struct TickAndFlags {
    std::uint32_t tick;
    std::uint32_t flags;
};

struct PingWord {
    std::uint32_t id;
    std::uint32_t reserved;
};

template <class T>
T copy_of(const SharedBytes& region, std::uint64_t offset) {
    const auto value = region.copy<T>(offset);
    ORIEL_ASSERT(value);  // Our own layout: it fits.
    return *value;
}

}  // namespace

ViewerBoard::ViewerBoard(SharedBytes region, const RegionLayout& layout, std::uint64_t nonce)
    : region_(region),
      pages_(layout.tables[abi::kTableViewers]),
      answers_(layout.tables[abi::kTableAnswers]),
      nonce_(nonce) {
    for (std::size_t i = 0; i < layout.outputs.size(); ++i) {
        slot_counts_[i] = layout.outputs[i].slot_count;
    }
}

std::uint64_t ViewerBoard::page(std::uint32_t viewer) const {
    return pages_.offset + std::uint64_t{viewer} * pages_.stride;
}

std::uint64_t ViewerBoard::answer(std::uint32_t viewer) const {
    return answers_.offset + std::uint64_t{viewer} * answers_.stride;
}

SharedBytes ViewerBoard::ring_behind(std::uint64_t page) const {
    const auto ring = region_.slice(page + abi::kPage, abi::kRingSize);
    ORIEL_ASSERT(ring);  // Our own layout: it fits.
    return *ring;
}

const Audience& ViewerBoard::survey(Nanoseconds now) {
    audience_ = {};
    mail_left_ = kMailPerSurvey;
    for (std::uint32_t index = 0; index < abi::kMaxViewers; ++index) {
        Viewer& viewer = viewers_[index];
        if (copy_of<std::uint64_t>(region_, page(index)) != nonce_) {
            viewer.attached = false;
            continue;
        }
        // PUBLISH viewer's words in ViewerWords: with the nonce the rest is there.
        load_fence();
        const auto head = copy_of<PageHead>(region_, page(index));
        if (!viewer.attached || viewer.instance != head.instance) {
            attach(index, head.instance, now);
            viewer.tick = head.tick;
        }
        note_tick(viewer, head.tick, now);
        viewer.flags = head.flags;
        answer_ping(index, now);
        count_in(index, now);
    }
    return audience_;
}

bool ViewerBoard::has_news() const {
    for (std::uint32_t index = 0; index < abi::kMaxViewers; ++index) {
        const Viewer& viewer = viewers_[index];
        const std::uint64_t place = page(index);
        if ((copy_of<std::uint64_t>(region_, place) == nonce_) != viewer.attached) {
            return true;
        }
        if (!viewer.attached) {
            continue;
        }
        const auto words = copy_of<TickAndFlags>(region_, place + offsetof(abi::ViewerPage, tick));
        // One counted out for its silence speaks again.
        const bool is_back = (audience_.attached >> index & 1U) == 0 && words.tick != viewer.tick;
        const auto ping = copy_of<PingWord>(region_, place + offsetof(abi::ViewerPage, ping_id));
        if (is_back || words.flags != viewer.flags || ping.id != viewer.ping_id ||
            has_mail(index)) {
            return true;
        }
    }
    return false;
}

void ViewerBoard::attach(std::uint32_t index, std::uint64_t instance, Nanoseconds now) {
    Viewer& viewer = viewers_[index];
    viewer = Viewer{};
    viewer.attached = true;
    viewer.instance = instance;
    viewer.tick_moved = now;
    // Ids start anywhere: the first ping is the first move.
    viewer.ping_id = 0;
    viewer.inbox = MessageReader(ring_behind(page(index)));
    viewer.outbox = MessageWriter(ring_behind(answer(index)));
    region_.store(answer(index), abi::AnswerPage{});
    store_fence();
    // PUBLISH answers: what stands there is for this instance. Pairs with ACQUIRE answers in
    // Subscriber.
    region_.store(answer(index) + offsetof(abi::AnswerPage, instance), instance);
    store_fence();
    audience_.answered |= 1U << index;
}

void ViewerBoard::note_tick(Viewer& viewer, std::uint32_t tick, Nanoseconds now) {
    if (viewer.tick != tick) {
        viewer.tick = tick;
        viewer.tick_moved = now;
    }
}

bool ViewerBoard::is_alive(const Viewer& viewer, Nanoseconds now) const {
    return now - viewer.tick_moved <= kHoldLife;
}

void ViewerBoard::answer_ping(std::uint32_t index, Nanoseconds now) {
    Viewer& viewer = viewers_[index];
    const auto ping = copy_of<PingWord>(region_, page(index) + offsetof(abi::ViewerPage, ping_id));
    if (ping.id == viewer.ping_id) {
        return;
    }
    viewer.ping_id = ping.id;
    const auto time = static_cast<std::uint64_t>(now.count());
    region_.store(answer(index) + offsetof(abi::AnswerPage, received_ns), time);
    region_.store(answer(index) + offsetof(abi::AnswerPage, sent_ns), time);
    store_fence();
    // PUBLISH pong: the times are there. Pairs with ACQUIRE answers in Subscriber.
    region_.store(answer(index), PingWord{ping.id, 0});
    store_fence();
    audience_.answered |= 1U << index;
}

void ViewerBoard::count_in(std::uint32_t index, Nanoseconds now) {
    const Viewer& viewer = viewers_[index];
    if (!is_alive(viewer, now)) {
        return;
    }
    const std::uint32_t bit = 1U << index;
    audience_.attached |= bit;
    audience_.doorbell |= (viewer.flags & abi::kViewerDoorbell) != 0 ? bit : 0;
    audience_.early |= (viewer.flags & abi::kViewerEarly) != 0 ? bit : 0;
    if ((viewer.flags & abi::kViewerVisible) == 0) {
        return;
    }
    audience_.visible |= bit;
    const auto refresh =
        copy_of<PingWord>(region_, page(index) + offsetof(abi::ViewerPage, refresh_mhz)).id;
    if (refresh > audience_.refresh_mhz && refresh <= kMaxRefreshMhz) {
        audience_.refresh_mhz = refresh;
        audience_.refresh_phase = Nanoseconds(static_cast<std::int64_t>(copy_of<std::uint64_t>(
            region_, page(index) + offsetof(abi::ViewerPage, refresh_phase_ns))));
    }
}

ViewerBoard::Holds ViewerBoard::holds(std::uint32_t output, Nanoseconds now) {
    ORIEL_ASSERT(output < abi::kMaxOutputs);
    Holds found;
    for (std::uint32_t index = 0; index < abi::kMaxViewers; ++index) {
        Viewer& viewer = viewers_[index];
        if (!viewer.attached) {
            continue;
        }
        const std::uint64_t line =
            page(index) + offsetof(abi::ViewerPage, holds) +
            std::uint64_t{output} * abi::kHoldsPerOutput * sizeof(std::uint64_t);
        for (std::uint32_t i = 0; i < abi::kHoldsPerOutput; ++i) {
            const auto word = copy_of<std::uint64_t>(region_, line + i * sizeof(std::uint64_t));
            const auto claimed = static_cast<std::uint32_t>(word & kSlotMask);
            if (claimed == 0 || (!is_planted("hold-slot") && claimed > slot_counts_[output])) {
                continue;
            }
            // Only who holds something has its tick looked at again: a publisher that was
            // stopped itself must not take a live viewer for a dead one.
            note_tick(
                viewer,
                copy_of<TickAndFlags>(region_, page(index) + offsetof(abi::ViewerPage, tick)).tick,
                now);
            const bool hidden = (viewer.flags & abi::kViewerVisible) == 0;
            found.holds[found.count++] = {
                index,
                claimed - 1,
                word >> abi::kHoldSlotBits,
                !is_alive(viewer, now) ? SlotHold::Standing::Expired
                : hidden               ? SlotHold::Standing::Hidden
                                       : SlotHold::Standing::Live,
                copy_of<std::uint64_t>(region_,
                                       page(index) + offsetof(abi::ViewerPage, seen) +
                                           output * sizeof(std::uint64_t))};
        }
    }
    return found;
}

bool ViewerBoard::has_foreign_holds() const {
    for (std::uint32_t index = 0; index < abi::kMaxViewers; ++index) {
        const auto words = copy_of<abi::ViewerPage>(region_, page(index));
        if (words.nonce == nonce_ || words.nonce == 0) {
            continue;
        }
        for (const std::uint64_t hold : words.holds) {
            if (hold != 0) {
                return true;
            }
        }
    }
    return false;
}

std::optional<ViewerBoard::Mail> ViewerBoard::next_message() {
    for (std::uint32_t i = 0; i < abi::kMaxViewers && mail_left_ > 0; ++i) {
        const std::uint32_t index = mail_turn_;
        mail_turn_ = (mail_turn_ + 1) % abi::kMaxViewers;
        if (auto message = read_mail(index)) {
            --mail_left_;
            return Mail{index, *message};
        }
    }
    return std::nullopt;
}

/// A count that cannot be is no news twice: the reader takes it for whole words.
bool ViewerBoard::has_mail(std::uint32_t index) const {
    const auto written =
        copy_of<std::uint64_t>(region_, page(index) + offsetof(abi::ViewerPage, messages_written));
    return written / sizeof(std::uint64_t) !=
           viewers_[index].inbox.read_bytes() / sizeof(std::uint64_t);
}

std::optional<Message> ViewerBoard::read_mail(std::uint32_t index) {
    Viewer& viewer = viewers_[index];
    if (!viewer.attached) {
        return std::nullopt;
    }
    const auto written =
        copy_of<std::uint64_t>(region_, page(index) + offsetof(abi::ViewerPage, messages_written));
    if (written == viewer.inbox.read_bytes()) {
        return std::nullopt;
    }
    auto message = viewer.inbox.read(written);
    region_.store(answer(index) + offsetof(abi::AnswerPage, messages_read),
                  viewer.inbox.read_bytes());
    store_fence();
    return message;
}

void ViewerBoard::send(std::uint32_t viewer,
                       std::uint32_t type,
                       std::span<const std::byte> payload) {
    ORIEL_ASSERT(viewer < abi::kMaxViewers);
    Viewer& to = viewers_[viewer];
    if (!to.attached) {
        return;
    }
    const auto read =
        copy_of<std::uint64_t>(region_, page(viewer) + offsetof(abi::ViewerPage, messages_read));
    if (to.outbox.write(type, payload, read) == MessageWriter::Outcome::Written) {
        region_.store(answer(viewer) + offsetof(abi::AnswerPage, messages_written),
                      to.outbox.written());
        store_fence();
    }
}

}  // namespace oriel
