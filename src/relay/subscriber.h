// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "abi/viewer.h"
#include "base/clock.h"
#include "relay/clock_match.h"
#include "relay/cursor_reader.h"
#include "relay/damage.h"
#include "relay/frame_copy.h"
#include "relay/frame_reader.h"
#include "relay/message_ring.h"
#include "relay/session_status.h"
#include "relay/session_view.h"
#include "relay/viewer_words.h"

namespace oriel {

/// How a subscriber takes part.
struct SubscriberOptions {
    /// Our ViewerPage, lent by the broker (or a file's lock). Nothing: watch only, write nothing.
    std::optional<std::uint32_t> viewer;

    /// Whether to be rung for frames, and already for announced ones.
    enum class Doorbell : std::uint8_t { None, Finished, Announced } doorbell = Doorbell::Finished;

    std::uint64_t clock_domain = 0;
};

/// A frame this subscriber holds (or, watching, merely found).
struct HeldFrame {
    FoundFrame found;
    Damage damage;  ///< Against the frame `since` that take() was asked about.
    std::uint32_t output = 0;
    std::uint32_t hold = 0;     ///< Which of our holds on that output.
    std::uint64_t session = 0;  ///< Counts this subscriber's sessions: another one's is void.
};

/// The reading end of a region: the viewer's half of the relay.
///
/// Order of use: refresh() after each wake-up and at each tick; where the status is Live, take()
/// what is new, show or copy it, release() it. tick() at 2 Hz while attached. leave() at the end.
///
/// Lifetime: borrows the region's memory.
/// Threads: one.
/// Trust: everything in the region is hostile; see SessionView, FrameReader, CursorReader.
class Subscriber {
  public:
    /// Messages read between two refreshes: a publisher that never stops writing cannot keep us.
    static constexpr std::uint32_t kMailPerRefresh = 64;

    /// The region has at least abi::kMinRegionSize bytes.
    Subscriber(std::span<std::byte> region, const SubscriberOptions& options);

    /// What changed, for the owner to act on.
    struct Changes {
        /// Another epoch, another moment of it (a snapshot was loaded), or none: drop everything
        /// derived, and soon what is shown: our holds are gone.
        bool session = false;
        bool ring_publisher = false;  ///< It has to know: ring its doorbell.
    };

    Changes refresh(Nanoseconds now);

    /// Liveness, our words written afresh, and a ping where the clocks differ.
    Changes tick(Nanoseconds now);

    /// Takes our words back. The publisher should be rung.
    void leave();

    const SessionStatus& status() const { return status_; }

    const std::vector<OutputPlaces>& outputs() const;

    /// A frame newer than the last one taken is there, by the guest's word. Cheap. A frame taken
    /// while it was written and then not used counts as taken: retake().
    bool has_news(std::uint32_t output, FrameReader::Wanted wanted) const;

    /// Takes the newest frame if it is newer than the last one taken, with the damage since frame
    /// `since` (0: the whole picture). Errors: NoPublisher: nothing new; FrameInFlux: nothing
    /// now, the next ring brings more; else the fault, counted.
    Result<HeldFrame, RegionFault> take(std::uint32_t output,
                                        FrameReader::Wanted wanted,
                                        std::uint64_t since);

    /// Lets the newest frame be taken again, although it was already: after an expose, or when an
    /// announced one did not come to its end.
    void retake(std::uint32_t output);

    void release(const HeldFrame& frame);

    /// Both of our holds on that output are out.
    bool is_full(std::uint32_t output) const;

    /// The publisher took the slot away from us (or the session ended): what it shows now is
    /// another frame's.
    bool is_lost(const HeldFrame& frame) const;

    const FrameReader& reader(std::uint32_t output) const;
    Result<CursorReader::News, RegionFault> cursor_news(std::uint32_t output);

    using Visibility = ViewerWords::Visibility;

    /// The publisher should be rung.
    void set_visibility(Visibility visibility) { words_.set_visible(visibility); }

    void set_refresh(std::uint32_t mhz, Nanoseconds phase) { words_.set_refresh(mhz, phase); }

    std::optional<ClockOffset> clock_offset(Nanoseconds now) const { return clock_.at(now); }

    /// Frames and sessions refused since the start, by whatever fault.
    std::uint64_t fault_count() const { return fault_count_; }

    RegionFault last_fault() const { return last_fault_; }

    /// Sends a message; Full also where nobody could read it. The publisher should be rung.
    MessageWriter::Outcome send(std::uint32_t type, std::span<const std::byte> payload);

    /// At most kMailPerRefresh until the next refresh().
    std::optional<Message> next_message();

  private:
    struct Session {
        Session(SharedBytes region,
                SessionView&& checked,
                StatusReader::Silence silence,
                Nanoseconds now);

        SessionView view;
        StatusReader health;
        std::vector<FrameReader> frames;
        std::vector<CursorReader> cursors;
        std::array<std::uint64_t, abi::kMaxOutputs> taken{};
        std::array<std::uint64_t, abi::kMaxOutputs> newest_seen{};
        /// Where it has a place for us.
        enum class Rings : std::uint8_t { None, Open } rings = Rings::None;
        MessageWriter outbox{SharedBytes()};
        MessageReader inbox{SharedBytes()};
    };

    bool open_session(Nanoseconds now);
    void close_session();
    void open_rings();
    bool went_back();
    void read_status(Nanoseconds now);
    bool read_pong(Nanoseconds now);
    bool asks_again(Nanoseconds now) const;
    void send_ping(Nanoseconds now);
    bool wants_ping(Nanoseconds now) const;
    std::optional<abi::AnswerPage> answer() const;
    void note_fault(RegionFault fault);

    SharedBytes region_;
    SubscriberOptions options_;
    ViewerWords words_;
    std::unique_ptr<Session> session_;  ///< On the heap: its readers point into its view.
    std::uint64_t sessions_ = 0;
    SessionStatus status_;
    ClockMatch clock_;
    std::uint32_t ticks_ = 0;
    std::uint32_t mail_left_ = 0;
    std::optional<Nanoseconds> ping_sent_;
    std::uint32_t pings_again_ = 0;  ///< Since the last tick's.
    std::uint64_t fault_count_ = 0;
    RegionFault last_fault_ = RegionFault::NoPublisher;
};

}  // namespace oriel
