// SPDX-License-Identifier: MIT
#include "viewer/viewer_input.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"

namespace oriel {
namespace {

/// Between the first and the last key of a chord, for a hand that means it.
constexpr Nanoseconds kPatience = std::chrono::milliseconds(300);

}  // namespace

ViewerInput::ViewerInput(PollLoop& loop,
                         Presenter& presenter,
                         FoundInput found,
                         const GrabWishes& wishes,
                         Listener listener)
    : loop_(loop),
      presenter_(presenter),
      sink_(std::move(found.sink)),
      host_key_name_(wishes.host_key.name()),
      listener_(std::move(listener)),
      machine_(wishes, sink_.get()),
      lack_(std::move(found.lack)),
      typer_(loop, [this](const KeyStroke& stroke) { return machine_.press_together(stroke); }) {
    patience_ = loop_.add_timer([this] { machine_.on_patience_over(); });
    if (sink_) {
        known_leds_ = sink_->state().leds;
        sink_watch_ = loop_.watch(sink_->fd(), [this] { on_sink(); });
    }
    note_ = current_note();
}

ViewerInput::~ViewerInput() {
    loop_.remove(patience_);
    if (sink_watch_) {
        loop_.remove(*sink_watch_);
    }
    machine_.release();
    if (asked_ != Grab{}) {
        presenter_.set_grab({});
        presenter_.flush();
    }
}

std::optional<HostCommand> ViewerInput::on_input(const InputEvent& event) {
    const auto command = machine_.on_input(event);
    if (command == HostCommand::Quit) {
        machine_.release();
    }
    if (!machine_.holds_keys_back()) {
        loop_.disarm(patience_);
    } else if (!loop_.is_armed(patience_)) {
        loop_.arm(patience_, kPatience);
    }
    if (machine_.grab() != asked_) {
        follow();
    }
    return command;
}

void ViewerInput::on_focus(bool has_focus) {
    has_focus_ = has_focus;
    machine_.on_focus(has_focus);
    is_sync_due_ = has_focus;
    refusal_.clear();
    sync_locks();
    follow();
}

void ViewerInput::on_visibility(bool is_visible) {
    machine_.on_visibility(is_visible);
    follow();
}

void ViewerInput::on_grab_lost(const std::string& why) {
    log(LogLevel::Warning, why);
    machine_.on_grab_lost();
    asked_ = {};
    refusal_ = why;
    follow();
}

void ViewerInput::on_grab_limited(const std::string& why) {
    if (!why.empty()) {
        log(LogLevel::Warning, why);
    }
    limit_ = why;
    follow();
}

void ViewerInput::on_sink() {
    const bool is_other = sink_->dispatch();
    listener_.screen();
    if (!is_other) {
        return;
    }
    const InputState& state = sink_->state();
    if (state.leds != known_leds_) {
        known_leds_ = state.leds;
        lock_sync_.guest_told();
    }
    machine_.on_sink_state();
    sync_locks();
    follow();
}

/// Once each time the window gets the keyboard; later than that where the guest can be reached
/// later.
void ViewerInput::sync_locks() {
    if (!is_sync_due_ || !machine_.is_active() || !sink_->state().leds) {
        return;
    }
    is_sync_due_ = false;
    const auto host = presenter_.locks();
    if (!host) {
        return;
    }
    const LockLeds leds{host->scroll_lock, host->num_lock, host->caps_lock};
    for (const std::uint32_t key : lock_sync_.keys_to_press(leds, sink_->state().leds)) {
        machine_.tap(key);
    }
}

std::string ViewerInput::why_not_reached() const {
    if (!sink_) {
        return lack_.empty() ? "this viewer was started with --input none" : lack_;
    }
    const InputState& state = sink_->state();
    if (state.link != InputState::Link::Ready) {
        return state.reason.empty() ? "the guest's keyboard and mouse are not connected yet"
                                    : state.reason;
    }
    return "";
}

Result<void> ViewerInput::take_grab() {
    if (!machine_.take_grab()) {
        std::string why = why_not_reached();
        if (why.empty()) {
            why = has_focus_ ? "the window is not seen"
                             : "the window has not the keyboard's focus: click into it";
        }
        return Failure(Error::busy("cannot grab keyboard and mouse: " + why));
    }
    follow();
    return {};
}

void ViewerInput::give_grab_back() {
    machine_.give_grab_back();
    follow();
}

Result<void> ViewerInput::type(const std::vector<KeyStroke>& strokes, KeyTyper::Done done) {
    if (const std::string why = why_not_reached(); !why.empty()) {
        return Failure(Error::busy("cannot type: " + why));
    }
    typer_.type(strokes, std::move(done));
    return {};
}

bool ViewerInput::has_caps_lock() const {
    return sink_ && sink_->state().leds && sink_->state().leds->caps_lock;
}

void ViewerInput::set_host_key(const HostKey& host_key) {
    machine_.set_host_key(host_key);
    host_key_name_ = host_key.name();
    follow();
}

void ViewerInput::follow() {
    const Grab wanted = machine_.grab();
    if (wanted != asked_) {
        asked_ = wanted;
        if (wanted != Grab{}) {
            refusal_.clear();
        }
        presenter_.set_grab(wanted);
    }
    std::string note = current_note();
    if (note != note_) {
        note_ = std::move(note);
        listener_.note();
    }
}

std::string ViewerInput::mode() const {
    if (machine_.is_grabbed()) {
        const bool is_locked = asked_.pointer == Grab::Pointer::Relative;
        return fmt::format(
            "grabbed, pointer {}; {} releases", is_locked ? "locked" : "confined", host_key_name_);
    }
    if (!note_.empty()) {
        return note_;
    }
    if (!sink_) {
        return "none";
    }
    return machine_.is_active() ? fmt::format("to the guest; {} grabs", host_key_name_)
                                : "none while the window lacks the focus";
}

std::string ViewerInput::current_note() const {
    if (machine_.is_grabbed()) {
        return fmt::format("{} releases{}{}", host_key_name_, limit_.empty() ? "" : "; ", limit_);
    }
    if (sink_ && !sink_->state().reason.empty()) {
        return sink_->state().reason;
    }
    return refusal_.empty() ? lack_ : refusal_;
}

}  // namespace oriel
