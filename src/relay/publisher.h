// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "abi/publisher.h"
#include "base/clock.h"
#include "base/result.h"
#include "relay/cursor_writer.h"
#include "relay/damage.h"
#include "relay/frame_info.h"
#include "relay/layout.h"
#include "relay/mode_wish.h"
#include "relay/output_writer.h"
#include "relay/shared_bytes.h"
#include "relay/viewer_board.h"

namespace oriel {

/// One monitor, as a publisher announces it.
struct OutputDescription {
    OutputNeeds needs;
    std::uint32_t id = 0;
    std::string name;
    std::int32_t x = 0;
    std::int32_t y = 0;
    std::uint32_t refresh_mhz = 0;
};

struct PublisherDescription {
    std::string agent;  ///< "oriel-guest 0.1.0"
    std::string host_name;
    std::string source;  ///< "x11 :1"
    std::uint64_t clock_domain = 0;
    std::uint32_t process = 0;
    std::vector<OutputDescription> outputs;  ///< 1..abi::kMaxOutputs
};

/// The writing end of a region, for one epoch: the guest agent's half of the relay.
///
/// Order of use: start(); then for each frame begin_frame(), write pixels, finish_frame(), and ring
/// bells(). It never waits for a viewer and never allocates after start().
///
/// The region is only written and, in the viewers' pages, read: never a read-modify-write, never a
/// slot read back. The truth is in this object.
///
/// Lifetime: borrows the region's memory.
/// Threads: one.
/// Trust: viewers' words are hostile; see ViewerBoard.
class Publisher {
  public:
    /// Begins a new epoch: clears what another publisher left, lays out, stores the magic last.
    /// Viewers of the old epoch may go on showing its slots: until they let go, or 250 ms later,
    /// begin_frame() says SlotsStillShown.
    /// Errors: Unsupported where the outputs do not fit; the region then says how much would.
    static Result<Publisher> start(std::span<std::byte> region,
                                   const PublisherDescription& description,
                                   std::uint64_t epoch,
                                   std::uint64_t nonce,
                                   Nanoseconds now);

    /// Takes a slot for the next frame of `output`. A frame begun before and not finished counts
    /// as aborted. `geometry` has to fit the slots of this epoch.
    Result<SlotLease, PublishFault> begin_frame(std::uint32_t output,
                                                const FrameGeometry& geometry,
                                                Nanoseconds now);

    /// Says early what the frame begun will change; readers may start. At most once a frame.
    void announce_frame(const FrameContent& content, Nanoseconds now);

    /// All pixels above `row`, damaged and stale ones alike, are in place.
    void rows_ready(std::uint32_t row);

    /// Publishes the frame begun. Of an announced frame `content.damage` is ignored.
    /// Returns its sequence.
    std::uint64_t finish_frame(const FrameContent& content, Nanoseconds now);

    /// Gives the slot back unpublished; what was written into it counts as stale.
    void abort_frame(const Damage& touched);

    /// From now on no frame is valid until the next one: the source rests, the picture ages.
    void forget_newest(std::uint32_t output);

    CursorWriter& cursor(std::uint32_t output) { return cursors_[output]; }

    /// Who looks. Call when rung and at each tick; answers pings.
    /// Reads what the viewers say. Where other ones are there than before, it ticks.
    const Audience& survey(Nanoseconds now);

    const Audience& audience() const { return board_.audience(); }

    ViewerBoard& board() { return board_; }

    /// What a viewer would like, in turn; at most ViewerBoard::kMailPerSurvey messages are read
    /// until the next survey. What nobody can have is refused here and does not come out.
    std::optional<ModeWish> next_wish();

    /// Best effort: who does not read misses it. `viewer`, `output`: a wish's.
    void answer_wish(std::uint32_t viewer, std::uint32_t output, ModeAnswer answer);

    /// The guest would like the host's screen not to be blanked.
    void set_idle_inhibit(bool is_wanted);

    /// A sign of life: due at 2 Hz while somebody is attached.
    void tick(Nanoseconds now);

    /// abi::kState..., abi::kReason...
    void set_state(std::uint32_t state, std::uint32_t reason);

    const RegionLayout& layout() const { return layout_; }

    std::uint64_t frames() const { return info_.frames; }

  private:
    Publisher(SharedBytes region, RegionLayout layout, std::uint64_t nonce, Nanoseconds now);

    void store_info(const PublisherDescription& description);
    void store_info_line();

    SharedBytes region_;
    RegionLayout layout_;
    ViewerBoard board_;
    std::vector<OutputWriter> outputs_;
    std::vector<CursorWriter> cursors_;
    abi::PublisherInfo info_{};
    std::uint32_t current_output_ = 0;
    Nanoseconds started_;
    bool settling_ = true;
};

/// Says in a region that is too small, or before there is anything to publish, why there is no
/// picture: a root with one PublisherInfo and no outputs.
void publish_reason(std::span<std::byte> region,
                    const PublisherDescription& description,
                    std::uint32_t reason,
                    std::uint64_t bytes_needed,
                    std::uint64_t epoch,
                    std::uint64_t nonce);

}  // namespace oriel
