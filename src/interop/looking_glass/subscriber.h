// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "interop/looking_glass/frame_messages.h"
#include "interop/looking_glass/message_queue.h"
#include "interop/looking_glass/pointer_message.h"
#include "interop/looking_glass/shared_words.h"
#include "interop/looking_glass/user_data.h"
#include "relay/subscriber.h"

namespace oriel::looking_glass {

/// The reading end of a region that a Looking Glass B7 host application publishes in.
///
/// There is no doorbell: whoever uses it calls refresh() shortly before a frame is due. There is
/// one output, and clocks are not matched. A frame that a viewer holds makes the producer wait, for
/// FrameMessages::kLongest at most.
///
/// Lifetime, threads: as Subscriber.
/// Trust: everything in the region is hostile. Every field is read once into private memory and
/// checked there; locks are tried, never waited for.
class LookingGlassSubscriber final : public Subscriber {
  public:
    enum class Part : std::uint8_t {
        Takes,    ///< A viewer: subscribes, and so writes into the region.
        Watches,  ///< Reads only.
    };

    LookingGlassSubscriber(std::span<std::byte> region, Part part);

    Changes refresh(Nanoseconds now) override;

    Changes tick(Nanoseconds now) override { return refresh(now); }

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
    const FrameFeed& reader(std::uint32_t output) const override;
    Result<CursorNews, RegionFault> cursor_news(std::uint32_t output) override;

    /// The producer cannot be told.
    void set_visibility(Visibility /*visibility*/) override {}

    void set_refresh(std::uint32_t /*mhz*/, Nanoseconds /*phase*/) override {}

    Asked want_mode(std::uint32_t /*output*/, Size /*size*/, std::uint32_t /*mhz*/) override {
        return Asked::NotSupported;
    }

    std::optional<AnsweredWish> mode_answer() override { return std::nullopt; }

    std::optional<ClockOffset> clock_offset(Nanoseconds /*now*/) const override {
        return std::nullopt;
    }

    std::uint64_t fault_count() const override { return fault_count_; }

    RegionFault last_fault() const override { return last_fault_; }

  private:
    /// One run of a producer, by its session number.
    struct Session {
        Session(const SharedWords& memory, std::uint32_t its_number, Nanoseconds now)
            : number(its_number), began(now), frames(memory) {}

        std::uint32_t number;
        Nanoseconds began;  ///< When it was first seen.
        bool is_introduced = false;
        std::optional<MessageQueue> pointer_queue;
        std::optional<MessageQueue> frame_queue;
        FrameMessages frames;
        PointerFollower pointer;
        std::optional<Nanoseconds> locked_since;
    };

    void find_session(Nanoseconds now, Changes& changes);
    void close_session();
    void follow_session(Nanoseconds now);
    void introduce(Nanoseconds now);
    bool find_queues(Nanoseconds now);
    void watch();
    void subscribe(Nanoseconds now);
    bool join(std::optional<MessageQueue>& queue, Nanoseconds now);
    void collect(Nanoseconds now);
    void collect_pointer();
    void describe_picture();

    void set_state(SessionStatus::State state, std::string explanation);
    void refuse(RegionFault fault, std::string explanation);
    bool is_patient(Nanoseconds now) const;
    void note_fault(RegionFault fault);

    SharedWords memory_;
    Part part_;
    std::uint32_t client_;
    std::unique_ptr<Session> session_;
    std::uint64_t sessions_ = 0;
    std::optional<std::uint64_t> heartbeat_;
    Nanoseconds last_beat_{0};  ///< When it moved last.
    bool is_beating_ = false;   ///< It moved since the session was found.
    SessionStatus status_;
    std::vector<OutputPlaces> outputs_;
    std::uint64_t fault_count_ = 0;
    RegionFault last_fault_ = RegionFault::NoPublisher;
};

}  // namespace oriel::looking_glass
