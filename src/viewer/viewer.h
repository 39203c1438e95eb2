// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/linux/poll_loop.h"
#include "base/result.h"
#include "present/presenter.h"
#include "region/region.h"
#include "relay/subscriber.h"
#include "viewer/control/viewer_controls.h"
#include "viewer/frame_pump.h"
#include "viewer/overlay/overlay.h"
#include "viewer/overlay/status_message.h"
#include "viewer/poll_pace.h"
#include "viewer/screen_pump.h"
#include "viewer/size_wish.h"
#include "viewer/viewer_input.h"
#include "viewer/viewer_options.h"
#include "viewer/wake_backoff.h"
#include "viewer/window_memory.h"

namespace oriel {

/// What came of a wish for a size of the guest's screen.
enum class WishEnd : std::uint8_t { Accepted, Refused, Unanswered };

/// What the viewer tells whoever started it.
class ViewerObserver {
  public:
    virtual ~ViewerObserver() = default;
    virtual void on_state(SessionStatus::State state, const std::string& text) = 0;
    virtual void on_first_frame() = 0;

    /// Whose picture is on the window from now on.
    enum class Picture : std::uint8_t { None, Machine, Agent };

    virtual void on_picture(Picture /*whose*/) {}

    /// `note`: for people; empty where it was accepted.
    virtual void on_wish(const SizeWish::Mode& /*mode*/,
                         WishEnd /*end*/,
                         const std::string& /*note*/) {}

    /// Called for each frame: has to be quick.
    virtual void on_frame(const ShownFrame& /*frame*/) {}
};

/// The viewer: a region on one side, a window on the other, one loop between.
///
/// It works with the guest's agent absent, started later, restarted, or changing size: while there
/// is no live picture the window shows the machine's own screen, where there is a way to it, and
/// else says what it waits for.
///
/// Threads: the loop's.
class Viewer final : public PresenterListener, public ViewerControls {
  public:
    /// Errors: the region or the display cannot be opened.
    static Result<std::unique_ptr<Viewer>> open(PollLoop& loop,
                                                const ViewerOptions& options,
                                                ViewerObserver& observer);
    ~Viewer() override;

    const FrameStatistics& statistics() const { return pump_->statistics(); }

    /// Zero where the region could not be opened again.
    std::uint64_t fault_count() const { return subscriber_ ? subscriber_->fault_count() : 0; }

    std::string presenter_description() const { return presenter_->description(); }

    const Presenter& presenter() const { return *presenter_; }

    /// What covers the picture now; empty: nothing does.
    const std::string& message() const { return message_->text(); }

    /// Why the loop was stopped, if it was not at the person's wish.
    const std::optional<Error>& failure() const { return failure_; }

    void on_released(std::uint64_t token) override;
    void on_shown(std::uint64_t token, Nanoseconds when) override;
    void on_exposed() override;
    void on_visibility(bool is_visible) override;
    void on_resized(const WindowArea& area) override;
    void on_focus(bool has_focus) override;
    void on_input(const InputEvent& event) override;
    void on_grab_lost(const std::string& why) override;
    void on_grab_limited(const std::string& why) override;
    void on_close_wanted() override;

    std::string target_text() const override { return options_.target.text(); }

    bool set_full_screen(Switch to) override;
    Result<CopiedPicture> picture() override;

    Result<void> take_grab() override { return input_->take_grab(); }

    void give_grab_back() override { input_->give_grab_back(); }

    Result<void> type(const std::vector<KeyStroke>& strokes, KeyTyper::Done done) override {
        return input_->type(strokes, std::move(done));
    }

    bool has_caps_lock() const override { return input_->has_caps_lock(); }

    Result<std::vector<ChangedOption>> reload() override;

    void quit() override { loop_.stop(); }

    ViewerStats stats() override;

  private:
    Viewer(PollLoop& loop, const ViewerOptions& options, ViewerObserver& observer);

    Result<void> open_region();
    Result<void> open_input();
    void follow_broker();
    void bind_region();
    void open_layers();
    void watch_presenter();
    void unwatch_presenter();
    void lose_display(Error error);
    void find_display();
    Result<void> take_presenter(std::unique_ptr<Presenter> presenter);
    void watch_region();
    void unwatch_region();

    void on_doorbell();
    void on_presenter();
    FramePump::Outcome follow_presenter();
    void prepare_to_sleep();
    void on_connection();
    void on_tick();
    void on_poll();
    void sleep_until_next_look(Nanoseconds now);

    enum class News : std::uint8_t { None, Some };
    News look(Nanoseconds woke);
    void apply(const Subscriber::Changes& changes);
    FramePump::Outcome show_newest(Nanoseconds woke);

    static bool is_put_off(FramePump::Outcome outcome) {
        return outcome == FramePump::Outcome::Busy || outcome == FramePump::Outcome::TooSoon;
    }

    News follow_cursor();
    void show_pointer(const CursorNews& news);
    ScreenPump::Outcome follow_screen();
    bool is_screen_due() const;
    bool is_screen_awaited() const;
    ScreenPump::Outcome show_screen();
    void set_picture(ViewerObserver::Picture whose);
    std::string screen_mark() const;
    void follow_state();
    void set_title();
    void on_input_note();
    void show_message_now();
    void clear_message();
    OverlayFacts overlay_facts() const;
    void note_window();
    void follow_size_wish();
    void ask_for(const SizeWish::Mode& mode, Nanoseconds now);
    void end_wish(const SizeWish::Mode& mode, WishEnd end);
    void follow_idle();
    void tell_refresh();
    ViewerOptions remembered_options() const;
    void remember_window();
    void schedule();
    void fail(Error error);
    void check_truncation();

    /// A picture may be on its way: so long nothing is said about there being none.
    static constexpr Nanoseconds kMessageDelay = std::chrono::milliseconds(300);

    /// The same for a machine's screen that has to be connected first.
    static constexpr Nanoseconds kScreenPatience = std::chrono::milliseconds(1000);

    PollLoop& loop_;
    ViewerOptions options_;
    ViewerObserver& observer_;
    std::unique_ptr<Region> region_;
    std::unique_ptr<Presenter> presenter_;
    std::optional<WindowMemory> memory_;
    std::unique_ptr<Subscriber> subscriber_;
    std::unique_ptr<FramePump> pump_;
    std::unique_ptr<StatusMessage> message_;
    std::unique_ptr<Overlay> overlay_;
    std::unique_ptr<ScreenPump> screen_;
    ViewerObserver::Picture picture_ = ViewerObserver::Picture::None;
    std::optional<Nanoseconds> screen_due_since_;
    CursorNews agent_pointer_;  ///< As the agent told it last: a machine's may be shown meanwhile.
    WakeBackoff backoff_;
    bool is_frame_put_off_ = false;  ///< The last look found one that had to wait.
    Nanoseconds put_off_{0};         ///< When that was.
    PollPace poll_pace_;
    PollPace::Look found_;  ///< Since it was told.
    std::unique_ptr<ViewerInput> input_;
    std::string told_input_;
    bool has_focus_ = false;
    bool is_visible_ = true;
    Presenter::WindowMode mode_;
    std::optional<SessionStatus::State> told_state_;
    std::string told_text_;
    bool told_cut_off_ = false;
    bool had_first_frame_ = false;
    bool heard_presenter_ = false;  ///< It gave a frame back, or lost the picture.
    std::uint32_t told_refresh_mhz_ = 0;
    SizeWish size_wish_;
    std::string wish_note_;  ///< Why the guest does not follow the window.
    bool was_live_ = false;  ///< Whoever publishes has been there since the last wish.
    bool inhibits_idle_ = false;
    std::optional<PollLoop::Id> doorbell_watch_;
    std::optional<PollLoop::Id> connection_watch_;
    std::optional<PollLoop::Id> presenter_watch_;
    std::optional<PollLoop::Id> flush_hook_;
    PollLoop::Id tick_timer_{};
    PollLoop::Id backoff_timer_{};
    PollLoop::Id poll_timer_{};
    PollLoop::Id message_timer_{};
    PollLoop::Id pace_timer_{};
    PollLoop::Id wish_timer_{};
    PollLoop::Id display_timer_{};

    /// A display that has gone, and is waited for.
    struct LostDisplay {
        Error error;
        Nanoseconds give_up;
        ViewerOptions::Platform platform;
    };

    std::optional<LostDisplay> lost_display_;
    std::optional<Error> failure_;
};

}  // namespace oriel
