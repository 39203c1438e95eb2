// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/poll_loop.h"
#include "present/presenter.h"
#include "viewer/grab_machine.h"
#include "viewer/key_typer.h"
#include "viewer/lock_sync.h"
#include "viewer/viewer_options.h"

namespace oriel {

/// The way of keys and pointer from the window to the guest: owns the sink, holds the grab.
///
/// Everything down in the guest is let go of, and the grab given back, when it ends.
class ViewerInput {
  public:
    struct Listener {
        std::function<void()> note;    ///< note() is another text.
        std::function<void()> screen;  ///< screen() may have something, or be another.
    };

    /// `found` may be none. `loop` and `presenter` outlive it.
    ViewerInput(PollLoop& loop,
                Presenter& presenter,
                FoundInput found,
                const GrabWishes& wishes,
                Listener listener);
    ~ViewerInput();
    ViewerInput(const ViewerInput&) = delete;
    ViewerInput& operator=(const ViewerInput&) = delete;

    /// What is left for the viewer itself.
    std::optional<HostCommand> on_input(const InputEvent& event);
    void on_focus(bool has_focus);
    void on_visibility(bool is_visible);
    void on_grab_lost(const std::string& why);
    void on_grab_limited(const std::string& why);

    bool is_grabbed() const { return machine_.is_grabbed(); }

    /// Where keys and pointer go, and what changes that: for the overlay.
    std::string mode() const;

    /// "Right Ctrl releases", and what is not grabbed; or why nothing arrives: for the title.
    /// Empty while neither is so.
    const std::string& note() const { return note_; }

    // For whoever is not at the keyboard.

    /// Errors: Busy, saying why not now.
    Result<void> take_grab();
    void give_grab_back();

    /// Errors (of `done`, too): Busy, where the guest is not reached.
    Result<void> type(const std::vector<KeyStroke>& strokes, KeyTyper::Done done);

    /// Lit in the guest, as far as it tells.
    bool has_caps_lock() const;

    void set_host_key(const HostKey& host_key);

    void set_grab_at_focus(bool at_focus) { machine_.set_grab_at_focus(at_focus); }

    /// Null: there is no way to the guest.
    const InputSink* sink() const { return sink_.get(); }

    /// The machine's own, where the way of keys and pointer carries it; else null.
    MachineScreen* screen() { return sink_ ? sink_->screen() : nullptr; }

  private:
    void on_sink();
    void follow();
    void sync_locks();
    std::string current_note() const;
    std::string why_not_reached() const;

    PollLoop& loop_;
    Presenter& presenter_;
    std::unique_ptr<InputSink> sink_;
    std::string host_key_name_;
    Listener listener_;
    GrabMachine machine_;
    LockSync lock_sync_;
    std::optional<LockLeds> known_leds_;
    bool is_sync_due_ = false;
    Grab asked_;  ///< Of the presenter.
    std::string refusal_;
    std::string limit_;  ///< What of the grab is not ours.
    std::string lack_;   ///< Why there is no sink.
    std::string note_;
    std::optional<PollLoop::Id> sink_watch_;
    PollLoop::Id patience_{};
    bool has_focus_ = false;
    KeyTyper typer_;
};

}  // namespace oriel
