// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/poll_loop.h"
#include "base/result.h"
#include "relay/cursor_image.h"
#include "viewer/frame_pump.h"
#include "viewer/overlay/status_message.h"
#include "viewer/region_link.h"
#include "viewer/region_watch.h"
#include "viewer/screen_pump.h"
#include "viewer/viewer_display.h"
#include "viewer/viewer_observer.h"

namespace oriel {

/// What is seen in the window: the frames of the guest's agent; for as long as there are none the
/// machine's own screen; where there is no way to that, a message that says what is waited for.
///
/// Threads: the loop's.
class ViewerPicture {
  public:
    using Whose = ViewerObserver::Picture;

    struct Listener {
        std::function<void(Whose whose)> whose;  ///< Another's picture is seen.
        std::function<void()> first_frame;
        std::function<void()> due;  ///< show_newest() has something to do again.
    };

    /// All of them outlive it. `display` need not be open.
    ViewerPicture(PollLoop& loop,
                  const RegionLink& link,
                  RegionWatch& watch,
                  ViewerDisplay& display,
                  Listener listener);
    ~ViewerPicture();
    ViewerPicture(const ViewerPicture&) = delete;
    ViewerPicture& operator=(const ViewerPicture&) = delete;

    /// The first presenter and region are there.
    void open();

    /// The link leads to another region.
    void change_region();

    /// The display has another presenter. The one before is not used any more; no picture is shown.
    void change_presenter();

    /// The viewer has failed: nothing is shown any more.
    void stop() { is_stopped_ = true; }

    /// Shows the newest frame, if there is a newer one. `woke`: when the viewer learned of it.
    FramePump::Outcome show_newest(Nanoseconds woke);

    /// There is a frame that has to wait for the display.
    static bool is_put_off(FramePump::Outcome outcome) {
        return outcome == FramePump::Outcome::Busy || outcome == FramePump::Outcome::TooSoon;
    }

    /// The pointer as the agent tells it.
    RegionWatch::News follow_pointer();

    /// Any time that something of this may be another: the agent's state, the window, the screen.
    /// `screen`: the machine's own; null: there is no way to it.
    ScreenPump::Outcome follow_screen(MachineScreen* screen);

    /// Forgets where the machine's screen came from: that goes.
    void leave_screen() { screen_->set_source(nullptr); }

    /// `text`: what the session has to say in place of a picture; empty: it is live.
    void follow_state(const std::string& text);

    /// Another session: what was in flight is nobody's any more.
    void forget_session();

    /// Tells pump and publisher how often the display refreshes, where that is news.
    void follow_refresh();

    std::uint32_t refresh_mhz() const { return told_refresh_mhz_; }

    bool had_first_frame() const { return had_first_frame_; }

    bool has_shown_in_session() const { return pump_->has_shown_in_session(); }

    /// What covers the picture now; empty: nothing does.
    const std::string& message() const { return message_->text(); }

    /// The one place where it is said that the picture is not an agent's. Empty: it is, or there is
    /// none.
    std::string screen_mark() const;

    /// Of an agent's frame, upright; empty: there was none.
    Size size() const { return pump_->picture(); }

    /// A copy of the agent's picture as it is shown. Errors: NotFound where there is none.
    Result<CopiedPicture> copy() const;

    const FrameStatistics& statistics() const { return pump_->statistics(); }

    void on_released(std::uint64_t token);

    /// Which of the agent's frames it was.
    std::optional<ShownFrame> on_shown(std::uint64_t token, Nanoseconds when);
    void on_exposed();

    void on_visibility(bool is_visible) { message_->on_visibility(is_visible); }

    void on_resized() { message_->on_resized(); }

  private:
    void make_message();
    void uncover();
    void note(FramePump::Outcome outcome);
    bool is_screen_due() const;
    bool is_screen_awaited() const;
    ScreenPump::Outcome show_screen();
    void show_pointer(const CursorNews& news);
    void become(Whose whose);
    void show_message_now();
    void clear_message();

    /// A picture may be on its way: so long nothing is said about there being none.
    static constexpr Nanoseconds kMessageDelay = std::chrono::milliseconds(300);

    /// The same for a machine's screen that has to be connected first.
    static constexpr Nanoseconds kScreenPatience = std::chrono::milliseconds(1000);

    PollLoop& loop_;
    const RegionLink& link_;
    RegionWatch& watch_;
    ViewerDisplay& display_;
    Listener listener_;
    std::unique_ptr<FramePump> pump_;
    std::unique_ptr<ScreenPump> screen_;
    std::unique_ptr<StatusMessage> message_;
    Whose whose_ = Whose::None;
    CursorNews agent_pointer_;  ///< As the agent told it last: a machine's may be shown meanwhile.
    std::optional<Nanoseconds> screen_due_since_;
    bool had_first_frame_ = false;
    std::uint32_t told_refresh_mhz_ = 0;
    bool is_stopped_ = false;
    PollLoop::Id message_timer_{};
    PollLoop::Id pace_timer_{};
};

}  // namespace oriel
