// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "present/presenter.h"
#include "relay/frame_copy.h"
#include "relay/subscriber.h"
#include "viewer/copied_picture.h"
#include "viewer/frame_statistics.h"
#include "viewer/shown_frame.h"

namespace oriel {

/// Carries frames of one output from the region to the screen: the newest, one at a time, each
/// slot given back as soon as the display server let go of it.
///
/// Where the presenter hands the slot on, nothing is copied here. A slot that the publisher took
/// back while it was shown leaves a torn picture: the newest frame follows at once, whole; after
/// three such losses in a second frames go through a copy of our own. A frame of which bytes may
/// have been late is shown once more, there; it does not count as a frame then.
///
/// Threads: the viewer's.
class FramePump {
  public:
    /// `presenter` and `subscriber` outlive it.
    FramePump(Subscriber& subscriber, Presenter& presenter) noexcept
        : subscriber_(subscriber), presenter_(&presenter) {}

    /// The one before is gone, and reads nothing any more.
    void change_presenter(Presenter& presenter);

    enum class Outcome : std::uint8_t {
        Nothing,  ///< No frame newer than the last.
        Shown,
        MadeWhole,  ///< The last one once more, of which bytes had been late.
        Busy,       ///< There is one, and the presenter still has the last: dispatch it first.
        TooSoon,    ///< There is one; it is not shown before next_show().
    };

    /// Shows the newest frame if there is a newer one. `woke`: when the viewer learned of it.
    /// Errors: the display is gone.
    Result<Outcome> pump(Nanoseconds woke);

    void on_released(std::uint64_t token);

    /// Which frame it was; nothing for one of a session before, or one that was only made whole.
    std::optional<ShownFrame> on_shown(std::uint64_t token, Nanoseconds when);

    /// Of the display; 0: unknown, 60 Hz is assumed. Four frames in a period are shown at most:
    /// more would cost the host what nobody sees, and fewer would age those that are seen.
    void set_refresh(std::uint32_t mhz);

    Nanoseconds next_show() const {
        return std::max(last_show_ + least_gap_, refresh_.value_or(Nanoseconds(0)));
    }

    /// The window lost its content: the newest frame is shown again, whole.
    void show_again();

    /// Another session: what was in flight is nobody's any more.
    void forget_session();

    /// A copy of the picture that is shown, or of one newer by a moment. Empty where there is none.
    std::optional<CopiedPicture> copy_of_picture();

    bool has_shown_in_session() const { return shown_sequence_ != 0; }

    /// Of the picture shown last, upright; empty before.
    Size picture() const { return picture_; }

    const FrameStatistics& statistics() const { return statistics_; }

    static constexpr std::uint32_t kOutput = 0;

  private:
    struct InFlight {
        std::uint64_t token;
        HeldFrame held;
        Nanoseconds taken;
        enum class Memory : std::uint8_t { Slot, Copy } memory;
        Outcome outcome = Outcome::Shown;
        bool is_shown = false;
        bool is_back = false;  ///< It may be told as shown later.
    };

    Outcome put_off(Outcome why, FrameFeed::Wanted wanted) const;
    Result<Outcome> hand_on(Nanoseconds woke);
    Result<Outcome> copy(Nanoseconds woke);
    FrameCopy::Step copy_out(const HeldFrame& held, std::span<std::byte> to);
    std::span<std::byte> copy_place(const FrameGeometry& geometry);
    void grow_damage(HeldFrame& held) const;
    Result<Outcome> show(InFlight flight, std::span<const std::byte> pixels);
    void forget_done();
    void note_loss();
    bool must_copy() const;
    static Nanoseconds least_gap(std::uint32_t refresh_mhz);

    Subscriber& subscriber_;
    Presenter* presenter_;
    FrameStatistics statistics_;
    std::vector<InFlight> in_flight_;
    std::uint64_t last_token_ = 0;
    std::uint64_t shown_sequence_ = 0;
    bool is_shown_early_ = false;  ///< It will be offered once more.
    FrameGeometry shown_geometry_;
    Size picture_;
    std::array<Nanoseconds, 3> losses_{};
    Nanoseconds last_show_{0};
    Nanoseconds least_gap_ = least_gap(0);
    std::optional<Nanoseconds> refresh_;  ///< That the newest frame waits for.
    bool copies_ = false;                 ///< After too many losses, until the session ends.
    std::vector<std::byte> own_copy_;
};

}  // namespace oriel
