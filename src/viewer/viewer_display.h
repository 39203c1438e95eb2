// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/poll_loop.h"
#include "base/result.h"
#include "present/presenter.h"
#include "viewer/viewer_options.h"
#include "viewer/window_memory.h"

namespace oriel {

/// The presenter of a viewer: opened as its window was left, and anew where the display goes and
/// comes back. Meanwhile one without a display stands in, which nobody sees.
///
/// Threads: the loop's. Blocks: while a display is opened.
class ViewerDisplay {
  public:
    /// What is behind presenter().
    enum class Kind : std::uint8_t { Display, StandIn };

    struct Listener {
        std::function<void()> event;  ///< The presenter's descriptor is ready: dispatch it.

        /// presenter() is another. The one before lives until this returns: what refers to it has
        /// to be gone then. Errors: end the viewer.
        std::function<Result<void>(Kind kind)> replaced;
        std::function<void()> mode;         ///< mode() is another.
        std::function<void(Error)> failed;  ///< There is none, and will be none.
    };

    /// `loop` and `options` outlive it.
    ViewerDisplay(PollLoop& loop, const ViewerOptions& options, Listener listener);
    ~ViewerDisplay();
    ViewerDisplay(const ViewerDisplay&) = delete;
    ViewerDisplay& operator=(const ViewerDisplay&) = delete;

    /// Errors: NotFound where there is no display. Until then there is no presenter().
    Result<void> open();

    Presenter& presenter() const { return *presenter_; }

    /// It is gone, by what a call of the presenter said. It is looked for from the loop, since the
    /// presenter may be what called.
    void lose(Error error);

    Presenter::WindowMode mode() const { return mode_; }

    void set_mode(Presenter::WindowMode mode);

    /// Full screen, and back.
    void toggle_mode();

    bool is_visible() const { return is_visible_; }

    void set_visible(bool is_visible) { is_visible_ = is_visible; }

    /// Notes where the window is, for the next viewer of this region.
    void remember_window();

  private:
    ViewerOptions remembered_options() const;
    void watch();
    void unwatch();
    void find();
    Result<void> stand_in();
    Result<void> replace(std::unique_ptr<Presenter> presenter, Kind kind);

    /// A display that has gone, and is waited for.
    struct Lost {
        Error error;
        Nanoseconds give_up;
        ViewerOptions::Platform platform;
    };

    PollLoop& loop_;
    const ViewerOptions& options_;
    Listener listener_;
    Presenter::WindowMode mode_;
    bool is_visible_ = true;
    std::optional<WindowMemory> memory_;
    std::unique_ptr<Presenter> presenter_;
    std::optional<PollLoop::Id> watch_;
    PollLoop::Id find_timer_{};
    std::optional<Lost> lost_;
};

}  // namespace oriel
