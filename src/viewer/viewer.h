// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/poll_loop.h"
#include "base/result.h"
#include "present/presenter.h"
#include "viewer/guest_resizer.h"
#include "viewer/idle_keeper.h"
#include "viewer/region_link.h"
#include "viewer/region_watch.h"
#include "viewer/session_teller.h"
#include "viewer/viewer_display.h"
#include "viewer/viewer_observer.h"
#include "viewer/viewer_options.h"
#include "viewer/viewer_panel.h"
#include "viewer/viewer_picture.h"
#include "viewer/viewer_window.h"

namespace oriel {

/// The viewer: a region on one side, a window on the other, one loop between. It is where what each
/// of its parts hears goes to the others.
///
/// It works with the guest's agent absent, started later, restarted, or changing size: while there
/// is no live picture the window shows the machine's own screen, where there is a way to it, and
/// else says what it waits for.
///
/// Threads: the loop's.
class Viewer final : public PresenterListener {
  public:
    /// Errors: the region or the display cannot be opened.
    static Result<std::unique_ptr<Viewer>> open(PollLoop& loop,
                                                const ViewerOptions& options,
                                                ViewerObserver& observer);
    ~Viewer() override;

    const FrameStatistics& statistics() const { return picture_.statistics(); }

    /// Zero where the region could not be opened again.
    std::uint64_t fault_count() const { return link_.fault_count(); }

    std::string presenter_description() const { return presenter().description(); }

    const Presenter& presenter() const { return display_.presenter(); }

    /// What covers the picture now; empty: nothing does.
    const std::string& message() const { return picture_.message(); }

    /// Why the loop was stopped, if it was not at the person's wish.
    const std::optional<Error>& failure() const { return failure_; }

    ViewerControls& controls() { return panel_; }

    void on_released(std::uint64_t token) override;
    void on_shown(std::uint64_t token, Nanoseconds when) override;
    void on_exposed() override;
    void on_visibility(bool is_visible) override;
    void on_resized(const WindowArea& area) override;

    void on_focus(bool has_focus) override { window_.on_focus(has_focus); }

    void on_input(const InputEvent& event) override { window_.on_input(event); }

    void on_grab_lost(const std::string& why) override { window_.on_grab_lost(why); }

    void on_grab_limited(const std::string& why) override { window_.on_grab_limited(why); }

    void on_close_wanted() override { loop_.stop(); }

  private:
    Viewer(PollLoop& loop, const ViewerOptions& options, ViewerObserver& observer);

    Result<void> open();
    Result<void> open_region();
    Result<void> open_region_again();
    void bind_region();
    Result<void> take_presenter(ViewerDisplay::Kind kind);

    RegionWatch::News look(Nanoseconds woke);
    void apply(const Subscriber::Changes& changes);
    void on_tick();
    void on_connection();
    void on_presenter();
    FramePump::Outcome follow_presenter();
    void prepare_to_sleep();
    ScreenPump::Outcome follow_screen();
    void follow_broker();
    void note_window();
    void check_truncation();
    void schedule();
    void fail(Error error);

    PollLoop& loop_;
    ViewerOptions options_;
    ViewerObserver& observer_;
    RegionLink link_;
    RegionWatch watch_;
    ViewerDisplay display_;
    ViewerPicture picture_;
    ViewerWindow window_;
    SessionTeller teller_;
    IdleKeeper idle_;
    std::optional<GuestResizer> resizer_;  ///< None: the guest is not to follow the window.
    ViewerPanel panel_;
    PollLoop::Id tick_timer_{};
    std::optional<PollLoop::Id> flush_hook_;
    bool heard_presenter_ = false;  ///< It gave a frame back, or lost the picture.
    std::optional<Error> failure_;
};

}  // namespace oriel
