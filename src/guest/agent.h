// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/poll_loop.h"
#include "base/result.h"
#include "base/samples.h"
#include "capture/source.h"
#include "guest/agent_options.h"
#include "guest/capture_pace.h"
#include "guest/last_word.h"
#include "guest/look_pace.h"
#include "guest/wish_pace.h"
#include "region/region.h"
#include "relay/publisher.h"

namespace oriel {

/// What an agent did in its life.
struct AgentStatistics {
    std::uint64_t frames = 0;
    std::uint64_t bytes_moved = 0;
    std::uint64_t bytes_moved_by_gpu = 0;
    std::uint64_t damaged_pixels = 0;
    std::uint64_t rings = 0;  ///< By viewers, of its doorbell.
    std::uint64_t looks = 0;  ///< At the viewers' words, with no ring.
    std::uint64_t finds = 0;  ///< Looks that found something new.
    Samples capture;          ///< From learning of a change to its last pixel in the slot.
};

/// The guest agent: watches a source and publishes what changes into a region.
///
/// It captures only while a viewer looks: with nobody there its source is suspended, no timer
/// runs, and the guest pays nothing.
///
/// Lifetime: the loop outlives it. Ending it says good-bye to the viewers.
/// Threads: the loop's.
class Agent {
  public:
    using SourceOpener = std::function<Result<std::unique_ptr<Source>>()>;

    /// `opener`: for a source other than the one that `options` name.
    /// Errors: the region or the source cannot be opened, or the screen does not fit the region.
    static Result<std::unique_ptr<Agent>> open(PollLoop& loop,
                                               const AgentOptions& options,
                                               SourceOpener opener = nullptr);

    ~Agent();
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    const AgentStatistics& statistics() const { return statistics_; }

    Region& region() const { return *region_; }

    std::string source_description() const { return source_->description(); }

  private:
    Agent(PollLoop& loop, const AgentOptions& options, SourceOpener opener);

    Result<void> open_region();
    void leave_last_word();
    Result<void> keep_region();
    Result<void> keep_source();
    Result<void> open_source();
    Result<void> start_epoch();
    Result<Publisher> start_publisher();
    OutputNeeds needs() const;
    std::uint64_t needed_bytes() const;
    void watch_source();
    void unwatch_source();
    void watch_region();
    void unwatch_region();

    void on_doorbell();
    void on_source();
    bool dispatch_source();
    void follow_source();
    void on_look();
    void look();
    void pace_looks();
    bool look_for_news();
    void on_tick();
    void on_connection();

    void lose_source(const Error& error);
    void follow_screen();
    void survey();
    bool is_asked_again(Nanoseconds give_up);
    void follow_audience();
    void follow_idle();
    void hear_wishes();
    void grant_wish();
    void answer_wish(std::uint32_t viewers, std::uint32_t output, ModeAnswer answer);
    Result<void> set_mode(const ModeWish& wish);
    bool is_in_force(const ModeWish& wish) const;
    Result<void> check_room(Size size) const;
    void capture_if_due();
    void capture();
    void capture_by_lending();
    void lend_slot();
    void capture_lent();
    CaptureTarget target_of(const SlotLease& lease, const FrameGeometry& geometry) const;
    std::optional<SlotLease> take_slot(const FrameGeometry& geometry);
    void announce(const Damage& damage, Nanoseconds since);
    void publish(const Captured& captured, const Damage& stale);
    void publish_cursor();
    void schedule();

    PollLoop& loop_;
    const AgentOptions options_;
    const SourceOpener opener_;
    std::unique_ptr<Region> region_;
    std::unique_ptr<LastWord> last_word_;
    std::unique_ptr<Source> source_;
    std::unique_ptr<ModeSetter> mode_setter_;  ///< Once one is needed.
    std::optional<Publisher> publisher_;
    FrameGeometry epoch_geometry_;
    Nanoseconds source_due_{0};      ///< No attempt to have it again before.
    std::string complaint_;          ///< What was said last of what cannot be had again.
    std::optional<SlotLease> lent_;  ///< To a source that takes slots before anything changes.
    CapturePace pace_;
    LookPace look_pace_;
    WishPace wish_pace_;
    std::optional<ModeWish> granted_;  ///< The last one.
    bool is_kept_on_ = false;          ///< As the viewers were told.
    std::string refusal_;              ///< What was said last of a wish that was not granted.
    AgentStatistics statistics_;
    std::optional<CursorPosition> cursor_position_;
    bool has_screen_ = true;  ///< As the viewers were told.
    Source::Activity activity_ = Source::Activity::Suspended;
    std::optional<PollLoop::Id> source_watch_;
    NativeHandle source_handle_ = kNoHandle;  ///< What that one waits for.
    std::optional<PollLoop::Id> doorbell_watch_;
    std::optional<PollLoop::Id> connection_watch_;
    PollLoop::Id capture_timer_{};
    PollLoop::Id tick_timer_{};
    PollLoop::Id look_timer_{};
    PollLoop::Id wish_timer_{};
};

}  // namespace oriel
