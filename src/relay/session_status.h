// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "abi/publisher.h"
#include "base/clock.h"
#include "relay/region_fault.h"
#include "relay/session_view.h"
#include "relay/shared_bytes.h"

namespace oriel {

/// A publisher that gave no sign of life for so long, five ticks, is silent.
inline constexpr Nanoseconds kPublisherSilence = std::chrono::milliseconds(2500);

/// Whose layout a region's content has.
enum class RegionProtocol : std::uint8_t { Oriel, LookingGlass };

/// What is known of the other end.
struct SessionStatus {
    enum class State : std::uint8_t {
        NoPublisher,  ///< Nobody publishes here (yet).
        Refused,      ///< Somebody does, in a way we cannot read: `fault`, `versions`.
        Waiting,      ///< The publisher has nothing to show, `reason`, or was not heard of yet.
        Live,
        Silent,  ///< It was there and gives no sign of life: what is in the slots is old.
    };
    State state = State::NoPublisher;
    RegionProtocol protocol = RegionProtocol::Oriel;
    RegionFault fault = RegionFault::NoPublisher;
    SessionView::Versions versions;
    std::uint32_t reason = abi::kReasonNone;
    std::uint64_t bytes_needed = 0;
    std::uint64_t frames = 0;
    std::uint32_t attached = 0;
    bool wants_no_blanking = false;  ///< Of the host's screen.
    std::uint32_t process = 0;
    std::string agent;
    std::string host_name;
    std::string source;
    std::uint64_t clock_domain = 0;
    Nanoseconds last_tick{0};  ///< By the publisher's clock.

    // NOLINTBEGIN(readability-redundant-member-init): gcc wants them, or every field named
    std::string uuid{};  ///< Of the guest; empty: not told.

    /// What to say of the state, where the protocol is not ours; empty: the usual words.
    std::string explanation{};
    // NOLINTEND(readability-redundant-member-init)

    /// The region holds the picture's upper part only: `bytes_needed` would hold it all.
    bool is_picture_cut_off = false;
};

/// Reads how the publisher of one session is: what it says itself, what the broker says of it, and
/// whether it gives any sign of life. Before the first one a viewer waits: the region may be what a
/// publisher left that is dead.
///
/// Trust: numbers and texts in a status are the publisher's word; texts are cut to printable ASCII.
class StatusReader {
  public:
    /// Publishers tick only while a viewer is attached, so a watcher learns nothing from silence.
    enum class Silence : std::uint8_t { Tells, TellsNothing };

    /// `view` outlives it.
    StatusReader(SharedBytes region, const SessionView& view, Silence silence, Nanoseconds now)
        : region_(region), view_(&view), silence_(silence), last_sign_(now) {}

    void read(Nanoseconds now, SessionStatus& status);

  private:
    void introduce(SessionStatus& status);
    SessionStatus::State judge(const abi::PublisherInfo& info, Nanoseconds now);
    bool is_absent(Nanoseconds now);
    bool is_silent(const abi::PublisherInfo& info, Nanoseconds now);

    SharedBytes region_;
    const SessionView* view_;
    Silence silence_;
    bool is_introduced_ = false;  ///< What is fixed for an epoch has been read.
    bool has_moved_ = false;      ///< It gave a sign of life since: what is there is not old.
    std::uint64_t tick_ = 0;
    std::uint64_t frames_ = 0;
    Nanoseconds last_sign_;
    std::optional<Nanoseconds> absent_since_;
};

}  // namespace oriel
