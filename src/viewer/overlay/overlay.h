// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/poll_loop.h"
#include "base/result.h"
#include "present/presenter.h"
#include "viewer/overlay/frame_history.h"
#include "viewer/overlay/overlay_model.h"
#include "viewer/overlay/overlay_pace.h"

namespace oriel {

/// What the viewer says above the picture: its figures, its keys, a hint. One of them at a time.
///
/// The figures are drawn when one of them is another, four times a second at most. While nothing
/// is shown of it, or nothing changes, it costs no wake-up.
///
/// Threads: the loop's.
class Overlay {
  public:
    /// Told where the display is gone.
    using Failed = std::function<void(Error)>;

    /// `host_key`: its name for people. `loop` and `presenter` outlive it.
    Overlay(PollLoop& loop, Presenter& presenter, std::string host_key, Failed failed);
    ~Overlay();
    Overlay(const Overlay&) = delete;
    Overlay& operator=(const Overlay&) = delete;

    void toggle_figures();
    void toggle_help();

    /// For three seconds, where there is no page.
    void show_hint(const std::string& text);
    void end_hint();

    /// Of every frame, whatever is shown: a person who asks wants to see what just was.
    void note_frame(const ShownFrame& frame);

    /// Of the frames noted.
    FrameHistory::Rates rates(Nanoseconds now) const { return history_.rates(now); }

    /// After `oriel ctl reload`, for the pages drawn from now on.
    void set_host_key(std::string name) { host_key_ = std::move(name); }

    /// set_facts() is of use.
    bool shows_figures() const;

    void set_facts(OverlayFacts facts);

    void on_resized();
    void on_visibility(bool is_visible);

  private:
    enum class Page : std::uint8_t { None, Figures, Help, Hint };

    Page page() const;
    void change_page();
    void draw();
    void draw_page();
    void put(const LayerImage& image);
    void schedule();

    PollLoop& loop_;
    Presenter& presenter_;
    std::string host_key_;
    Failed failed_;
    FrameHistory history_;
    OverlayFacts facts_;
    OverlayPace pace_;
    std::optional<FiguresPage> drawn_;
    Page drawn_page_ = Page::None;
    bool wants_figures_ = false;
    bool wants_help_ = false;
    bool is_visible_ = true;
    std::string hint_;
    PollLoop::Id draw_timer_{};
    PollLoop::Id hint_timer_{};
};

}  // namespace oriel
