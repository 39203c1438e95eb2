// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/linux/poll_loop.h"
#include "present/presenter.h"
#include "viewer/grab_machine.h"
#include "viewer/lock_sync.h"
#include "viewer/viewer_options.h"

namespace oriel {

/// The way of keys and pointer from the window to the guest: owns the sink, holds the grab.
///
/// Everything down in the guest is let go of, and the grab given back, when it ends.
class ViewerInput {
  public:
    /// Told when note() is another text.
    using Told = std::function<void()>;

    /// `found` may be none. `loop` and `presenter` outlive it.
    ViewerInput(
        PollLoop& loop, Presenter& presenter, FoundInput found, const HostKey& host_key, Told told);
    ~ViewerInput();
    ViewerInput(const ViewerInput&) = delete;
    ViewerInput& operator=(const ViewerInput&) = delete;

    /// What is left for the viewer: ToggleFullScreen or Quit.
    std::optional<HostCommand> on_input(const InputEvent& event);
    void on_focus(bool has_focus);
    void on_visibility(bool is_visible);
    void on_grab_lost(const std::string& why);

    /// "Right Ctrl releases", or why nothing arrives: for the title. Empty while neither is so.
    const std::string& note() const { return note_; }

  private:
    void on_sink();
    void follow();
    void sync_locks();
    std::string current_note() const;

    PollLoop& loop_;
    Presenter& presenter_;
    std::unique_ptr<InputSink> sink_;
    std::string host_key_name_;
    Told told_;
    GrabMachine machine_;
    LockSync lock_sync_;
    std::optional<LockLeds> known_leds_;
    bool is_sync_due_ = false;
    Grab asked_;  ///< Of the presenter.
    std::string refusal_;
    std::string lack_;  ///< Why there is no sink.
    std::string note_;
    std::optional<PollLoop::Id> sink_watch_;
    PollLoop::Id patience_{};
};

}  // namespace oriel
