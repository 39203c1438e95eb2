// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "abi/viewer.h"
#include "base/clock.h"
#include "relay/layout.h"
#include "relay/message_ring.h"
#include "relay/shared_bytes.h"

namespace oriel {

/// What the viewers of a region want, taken together.
struct Audience {
    std::uint32_t attached = 0;  ///< Bit n: viewer n is in this session and alive.
    std::uint32_t visible = 0;   ///< ... and its picture can be seen.
    std::uint32_t doorbell = 0;  ///< ... and it wants to be rung for finished frames.
    std::uint32_t early = 0;     ///< ... and already for announced ones.
    std::uint32_t answered =
        0;  ///< Bits to ring: just seen for the first time, or their pings answered.
    std::uint32_t refresh_mhz = 0;  ///< Of the fastest visible viewer's display; 0: unknown.
    Nanoseconds refresh_phase{0};   ///< By that viewer's clock; any value: it may be a lie.

    bool has_eyes() const { return visible != 0; }
};

/// A viewer's claim on a slot, as read once.
struct SlotHold {
    std::uint32_t viewer = 0;
    std::uint32_t slot = 0;  ///< Below the output's number of slots.
    std::uint64_t generation = 0;
    enum class Standing : std::uint8_t { Live, Hidden, Expired } standing = Standing::Expired;
    std::uint64_t seen = 0;  ///< Newest sequence that viewer took.
};

/// The publisher's reading of what viewers write. Reads over the bus are slow: survey() reads all
/// of it rarely (at a ring and at each tick), holds() one line of each attached viewer.
///
/// Trust: everything read is hostile to the guest. No value of it is an index, size or loop bound
/// unchecked.
class ViewerBoard {
  public:
    /// Holds count for this long after the viewer's tick last moved.
    static constexpr Nanoseconds kHoldLife = std::chrono::seconds(2);

    /// Messages read between two surveys: a viewer that never stops writing cannot keep us.
    static constexpr std::uint32_t kMailPerSurvey = 64;

    ViewerBoard(SharedBytes region, const RegionLayout& layout, std::uint64_t nonce);

    /// Who is here, and answers pings.
    const Audience& survey(Nanoseconds now);

    const Audience& audience() const { return audience_; }

    /// A viewer came, went, changed its flags, sent a ping or a message since the last survey: a
    /// few words read, for who cannot be rung.
    bool has_news() const;

    struct Holds {
        std::array<SlotHold, std::size_t{abi::kMaxViewers} * abi::kHoldsPerOutput> holds{};
        std::size_t count = 0;

        std::span<const SlotHold> all() const { return {holds.data(), count}; }
    };

    /// Every hold of attached viewers on `output` right now.
    Holds holds(std::uint32_t output, Nanoseconds now);

    /// Holds of an earlier session are still in place: somebody may be showing old slots.
    bool has_foreign_holds() const;

    /// The next message of any attached viewer, in turn; at most kMailPerSurvey until the next
    /// survey.
    struct Mail {
        std::uint32_t viewer = 0;
        Message message;
    };

    std::optional<Mail> next_message();

    /// Best effort: a viewer that does not read misses it.
    void send(std::uint32_t viewer, std::uint32_t type, std::span<const std::byte> payload);

  private:
    struct Viewer {
        bool attached = false;
        std::uint64_t instance = 0;
        std::uint32_t tick = 0;
        Nanoseconds tick_moved{0};
        std::uint32_t flags = 0;
        std::uint32_t ping_id = 0;
        MessageReader inbox{SharedBytes()};
        MessageWriter outbox{SharedBytes()};
    };

    std::uint64_t page(std::uint32_t viewer) const;
    std::uint64_t answer(std::uint32_t viewer) const;
    SharedBytes ring_behind(std::uint64_t page) const;
    void attach(std::uint32_t index, std::uint64_t instance, Nanoseconds now);
    bool has_mail(std::uint32_t index) const;
    std::optional<Message> read_mail(std::uint32_t index);
    bool is_alive(const Viewer& viewer, Nanoseconds now) const;
    void note_tick(Viewer& viewer, std::uint32_t tick, Nanoseconds now);
    void answer_ping(std::uint32_t index, Nanoseconds now);
    void count_in(std::uint32_t index, Nanoseconds now);

    SharedBytes region_;
    abi::Table pages_;
    abi::Table answers_;
    std::uint64_t nonce_;
    std::array<std::uint32_t, abi::kMaxOutputs> slot_counts_{};
    std::uint32_t mail_left_ = kMailPerSurvey;
    std::uint32_t mail_turn_ = 0;
    std::array<Viewer, abi::kMaxViewers> viewers_{};
    Audience audience_;
};

}  // namespace oriel
