// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "base/poll_loop.h"
#include "viewer/control/viewer_controls.h"
#include "viewer/idle_keeper.h"
#include "viewer/region_link.h"
#include "viewer/viewer_display.h"
#include "viewer/viewer_picture.h"
#include "viewer/viewer_window.h"

namespace oriel {

/// What a viewer does when it is told to from outside: the other side of the control socket.
class ViewerPanel final : public ViewerControls {
  public:
    /// Of one viewer; they outlive the panel.
    struct Parts {
        PollLoop& loop;
        ViewerOptions& options;
        const RegionLink& link;
        ViewerDisplay& display;
        ViewerPicture& picture;
        ViewerWindow& window;
        IdleKeeper& idle;
    };

    explicit ViewerPanel(const Parts& parts) : of_(parts) {}

    std::string target_text() const override { return of_.link.name(); }

    bool set_full_screen(Switch to) override;

    Result<CopiedPicture> picture() override { return of_.picture.copy(); }

    Result<void> take_grab() override { return of_.window.input().take_grab(); }

    void give_grab_back() override { of_.window.input().give_grab_back(); }

    Result<void> type(const std::vector<KeyStroke>& strokes, KeyTyper::Done done) override {
        return of_.window.input().type(strokes, std::move(done));
    }

    bool has_caps_lock() const override { return of_.window.input().has_caps_lock(); }

    Result<std::vector<ChangedOption>> reload() override;

    void quit() override { of_.loop.stop(); }

    ViewerStats stats() override;

  private:
    void take_input_options(const ViewerOptions& wanted);
    void take_display_options(const ViewerOptions& wanted);
    void tell_input(ViewerStats& stats);

    Parts of_;
};

}  // namespace oriel
