// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/poll_loop.h"
#include "base/result.h"
#include "viewer/overlay/overlay.h"
#include "viewer/region_link.h"
#include "viewer/viewer_display.h"
#include "viewer/viewer_input.h"
#include "viewer/viewer_options.h"
#include "viewer/viewer_picture.h"

namespace oriel {

/// What a window has beside its picture: title, overlay, and the way of keys and pointer to the
/// guest, with those keys that are the viewer's own.
///
/// Threads: the loop's.
class ViewerWindow {
  public:
    /// All of them outlive it. `screen`: machine_screen() may have something, or be another.
    ViewerWindow(PollLoop& loop,
                 ViewerOptions& options,
                 const RegionLink& link,
                 ViewerDisplay& display,
                 ViewerPicture& picture,
                 std::function<void()> screen);
    ~ViewerWindow();
    ViewerWindow(const ViewerWindow&) = delete;
    ViewerWindow& operator=(const ViewerWindow&) = delete;

    /// On the presenter that there is now. Errors: the way of keys and pointer that was asked for
    /// cannot be.
    Result<void> open();

    /// Before that presenter goes: open() follows, and has the overlay as it was.
    void close();

    /// A broker that came back may have been told otherwise than the one before about keys and
    /// pointer. Errors: as open().
    Result<void> follow_broker();

    void set_title();

    /// Why the guest does not follow the window; empty: it does.
    void set_guest_note(const std::string& note);

    /// Before the loop sleeps: what the overlay says is brought up to date.
    void refresh_figures();

    /// There is a way for keys and pointer, if only one that leads nowhere.
    bool is_open() const { return input_ != nullptr; }

    Overlay& overlay() { return *overlay_; }

    ViewerInput& input() { return *input_; }

    bool has_focus() const { return has_focus_; }

    /// The machine's own, where the way of keys and pointer carries it; else null.
    MachineScreen* machine_screen() { return input_->screen(); }

    void on_visibility(bool is_visible);

    void on_resized() { overlay_->on_resized(); }

    void on_focus(bool has_focus);
    void on_input(const InputEvent& event);

    void on_grab_lost(const std::string& why) { input_->on_grab_lost(why); }

    void on_grab_limited(const std::string& why) { input_->on_grab_limited(why); }

  private:
    Result<void> open_input();
    void on_input_note();
    OverlayFacts facts() const;

    PollLoop& loop_;
    ViewerOptions& options_;
    const RegionLink& link_;
    ViewerDisplay& display_;
    ViewerPicture& picture_;
    std::function<void()> on_screen_;
    std::unique_ptr<Overlay> overlay_;
    std::unique_ptr<ViewerInput> input_;
    bool wants_figures_;  ///< When it is opened.
    std::string told_input_;
    std::string guest_note_;
    bool has_focus_ = false;
};

}  // namespace oriel
