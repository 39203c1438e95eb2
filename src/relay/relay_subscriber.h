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
#include "relay/frame_reader.h"
#include "relay/message_ring.h"
#include "relay/session_status.h"
#include "relay/session_view.h"
#include "relay/subscriber.h"
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

/// The reading end of a region of our own protocol: the viewer's half of the relay.
///
/// Trust: everything in the region is hostile; see SessionView, FrameReader, CursorReader.
class RelaySubscriber final : public Subscriber {
  public:
    /// Messages read between two refreshes: a publisher that never stops writing cannot keep us.
    static constexpr std::uint32_t kMailPerRefresh = 64;

    /// The region has at least abi::kMinRegionSize bytes.
    RelaySubscriber(std::span<std::byte> region, const SubscriberOptions& options);

    Changes refresh(Nanoseconds now) override;

    /// Liveness, our words written afresh, and a ping where the clocks differ.
    Changes tick(Nanoseconds now) override;

    void leave() override;

    const SessionStatus& status() const override { return status_; }

    const std::vector<OutputPlaces>& outputs() const override;
    bool has_news(std::uint32_t output, Wanted wanted) const override;
    Result<HeldFrame, RegionFault> take(std::uint32_t output,
                                        Wanted wanted,
                                        std::uint64_t since) override;
    void retake(std::uint32_t output) override;
    void release(const HeldFrame& frame) override;
    bool is_full(std::uint32_t output) const override;
    bool is_lost(const HeldFrame& frame) const override;
    const FrameReader& reader(std::uint32_t output) const override;
    Result<CursorNews, RegionFault> cursor_news(std::uint32_t output) override;

    void set_visibility(Visibility visibility) override;

    void set_refresh(std::uint32_t mhz, Nanoseconds phase) override {
        words_.set_refresh(mhz, phase);
    }

    Asked want_mode(std::uint32_t output, Size size, std::uint32_t refresh_mhz) override;
    std::optional<AnsweredWish> mode_answer() override;

    std::optional<ClockOffset> clock_offset(Nanoseconds now) const override {
        return clock_.at(now);
    }

    std::uint64_t fault_count() const override { return fault_count_; }

    RegionFault last_fault() const override { return last_fault_; }

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
    Nanoseconds last_tick_{0};  ///< Or when the session was opened.
    std::uint32_t mail_left_ = 0;
    std::optional<Nanoseconds> ping_sent_;
    std::uint32_t pings_again_ = 0;  ///< Since the last tick's.
    std::uint64_t fault_count_ = 0;
    RegionFault last_fault_ = RegionFault::NoPublisher;
};

}  // namespace oriel
