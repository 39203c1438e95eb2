// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "input/key_names.h"
#include "viewer/copied_picture.h"
#include "viewer/frame_statistics.h"
#include "viewer/key_typer.h"
#include "viewer/viewer_options.h"

namespace oriel {

/// What a viewer tells of itself.
struct ViewerStats {
    std::string target;
    std::string presenter;
    std::string state;       ///< "live", "waiting", ...: status_text.h.
    std::string state_text;  ///< What stands in the window instead of a picture.
    bool is_full_screen = false;
    bool is_visible = false;
    bool has_focus = false;
    std::uint32_t refresh_mhz = 0;  ///< 0: unknown.

    std::string input;  ///< "spice unix:...", or why there is none.
    std::string input_link;
    std::string input_pointer;
    std::string input_reason;
    bool is_grabbed = false;

    FrameStatistics frames;
    double shown_per_second = 0;
    double made_per_second = 0;
    std::uint64_t faults = 0;
};

/// What can be asked of a running viewer from outside.
///
/// Threads: the viewer's loop's. Blocks: nothing here does.
class ViewerControls {
  public:
    enum class Switch : std::uint8_t { On, Off, Toggle };

    virtual ~ViewerControls() = default;
    ViewerControls(const ViewerControls&) = delete;
    ViewerControls& operator=(const ViewerControls&) = delete;

    /// The region, as a person types it.
    virtual std::string target_text() const = 0;

    /// Whether the window fills the screen now.
    virtual bool set_full_screen(Switch to) = 0;

    /// The guest's picture as it is shown. Errors: NotFound where there is none.
    virtual Result<CopiedPicture> picture() = 0;

    /// Errors: Busy, saying why not now.
    virtual Result<void> take_grab() = 0;
    virtual void give_grab_back() = 0;

    /// `done` is called later, unless this fails. Errors of both: Busy, where the guest's keyboard
    /// is not reached.
    virtual Result<void> type(const std::vector<KeyStroke>& strokes, KeyTyper::Done done) = 0;

    /// Lit in the guest.
    virtual bool has_caps_lock() const = 0;

    /// Goes by the configuration as it is now. What is now another than before; of that, what
    /// counts from the start alone has to wait for one. Errors: nothing has changed.
    virtual Result<std::vector<ChangedOption>> reload() = 0;

    virtual void quit() = 0;

    virtual ViewerStats stats() = 0;

  protected:
    ViewerControls() = default;
};

}  // namespace oriel
