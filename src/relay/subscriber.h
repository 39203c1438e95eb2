// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "relay/clock_match.h"
#include "relay/cursor_image.h"
#include "relay/damage.h"
#include "relay/frame_feed.h"
#include "relay/mode_wish.h"
#include "relay/region_fault.h"
#include "relay/session_status.h"
#include "relay/session_view.h"

namespace oriel {

/// A frame this subscriber holds (or, watching, merely found).
struct HeldFrame {
    FoundFrame found;
    Damage damage;  ///< Against the frame `since` that take() was asked about.
    std::uint32_t output = 0;
    std::uint32_t hold = 0;     ///< Which of our holds on that output.
    std::uint64_t session = 0;  ///< Counts this subscriber's sessions: another one's is void.

    /// After so long nothing of it is on its way any more. Not 0: some bytes may be, and it is news
    /// once more when they are not, with damage against itself that says where.
    Nanoseconds settles_in{0};
};

/// The reading end of a region, whatever protocol its publisher speaks: all that a viewer, a
/// screenshot and a status need.
///
/// Order of use: refresh() after each wake-up and at each tick; where the status is Live, take()
/// what is new, show or copy it, release() it. tick() at 2 Hz while attached. leave() at the end.
/// Nothing here blocks.
///
/// Lifetime: borrows the region's memory.
/// Threads: one.
/// Trust: everything in the region is hostile; what comes out was checked.
class Subscriber {
  public:
    using Wanted = FrameFeed::Wanted;

    virtual ~Subscriber() = default;
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;

    /// What changed, for the owner to act on.
    struct Changes {
        /// Another epoch, another moment of it (a snapshot was loaded), or none: drop everything
        /// derived, and soon what is shown: our holds are gone.
        bool session = false;
        bool ring_publisher = false;  ///< It has to know: ring its doorbell.
    };

    virtual Changes refresh(Nanoseconds now) = 0;

    /// Says "still here", and looks whether the other end is.
    virtual Changes tick(Nanoseconds now) = 0;

    /// Takes our words back. The publisher should be rung.
    virtual void leave() = 0;

    virtual const SessionStatus& status() const = 0;

    virtual const std::vector<OutputPlaces>& outputs() const = 0;

    /// A frame newer than the last one taken is there, by the guest's word. Cheap. A frame taken
    /// while it was written and then not used counts as taken: retake().
    virtual bool has_news(std::uint32_t output, Wanted wanted) const = 0;

    /// Takes the newest frame if it is newer than the last one taken, with the damage since frame
    /// `since` (0: the whole picture). Errors: NoPublisher: nothing new; FrameInFlux: nothing
    /// now, look again at the next wake-up; else the fault, counted.
    virtual Result<HeldFrame, RegionFault> take(std::uint32_t output,
                                                Wanted wanted,
                                                std::uint64_t since) = 0;

    /// Lets the newest frame be taken again, although it was already: after an expose, or when an
    /// announced one did not come to its end.
    virtual void retake(std::uint32_t output) = 0;

    virtual void release(const HeldFrame& frame) = 0;

    /// Both of our holds on that output are out.
    virtual bool is_full(std::uint32_t output) const = 0;

    /// The publisher took the slot away from us (or the session ended): what it shows now is
    /// another frame's.
    virtual bool is_lost(const HeldFrame& frame) const = 0;

    /// For an output below outputs().size(), until the session changes.
    virtual const FrameFeed& reader(std::uint32_t output) const = 0;

    virtual Result<CursorNews, RegionFault> cursor_news(std::uint32_t output) = 0;

    enum class Visibility : std::uint8_t { Visible, Hidden };

    /// The publisher should be rung.
    virtual void set_visibility(Visibility visibility) = 0;
    virtual void set_refresh(std::uint32_t mhz, Nanoseconds phase) = 0;

    enum class Asked : std::uint8_t {
        Sent,          ///< The publisher should be rung; mode_answer() comes later, or never.
        NotNow,        ///< Nobody is there, or it does not read: try again.
        NotSupported,  ///< This protocol, or who only watches, cannot ask.
    };

    /// Asks the guest for a mode of that output. is_mode_size(size); `refresh_mhz` 0: any.
    virtual Asked want_mode(std::uint32_t output, Size size, std::uint32_t refresh_mhz) = 0;

    /// The next answer to a wish. It does not say to which: ask one thing at a time.
    virtual std::optional<AnsweredWish> mode_answer() = 0;

    virtual std::optional<ClockOffset> clock_offset(Nanoseconds now) const = 0;

    /// Frames and sessions refused since the start, by whatever fault.
    virtual std::uint64_t fault_count() const = 0;
    virtual RegionFault last_fault() const = 0;

  protected:
    Subscriber() = default;
    Subscriber(Subscriber&&) = default;
    Subscriber& operator=(Subscriber&&) = default;
};

}  // namespace oriel
