// SPDX-License-Identifier: MIT
// The machine's own screen, for as long as no agent shows the guest's.
#include <utility>

#include "viewer/status_text.h"
#include "viewer/viewer.h"

namespace oriel {

using Picture = ViewerObserver::Picture;

/// Until the agent's first picture, and once an agent gives no sign of life. Not for the moment in
/// which its screen changes its mode.
bool Viewer::is_screen_due() const {
    const SessionStatus& status = subscriber_->status();
    const bool is_at_work =
        status.state == SessionStatus::State::Live ||
        (status.state == SessionStatus::State::Waiting && status.reason == abi::kReasonModeChange);
    return !is_at_work || picture_ != Picture::Agent;
}

/// A picture of it is likely to come soon.
bool Viewer::is_screen_awaited() const {
    return screen_due_since_ && screen_->standing() != MachineScreen::Standing::None &&
           monotonic_now() < *screen_due_since_ + kScreenPatience;
}

/// Any time that something of this may be another: the agent's state, the window, the screen.
ScreenPump::Outcome Viewer::follow_screen() {
    if (failure_ || !input_ || !subscriber_) {
        return ScreenPump::Outcome::Nothing;
    }
    const bool is_due = is_screen_due();
    screen_->set_source(input_->screen());
    screen_->want(is_due && is_visible_ ? MachineScreen::Wanted::Yes : MachineScreen::Wanted::No);
    if (!is_due) {
        screen_due_since_.reset();
        return ScreenPump::Outcome::Nothing;
    }
    if (!screen_due_since_) {
        screen_due_since_ = monotonic_now();
    }
    if (!is_visible_) {
        return ScreenPump::Outcome::Nothing;
    }
    const MachineScreen::Standing standing = screen_->standing();
    if (standing == MachineScreen::Standing::None && picture_ == Picture::Machine) {
        set_picture(Picture::None);
        loop_.arm(message_timer_, kMessageDelay);
    }
    if (standing != MachineScreen::Standing::Shown || !presenter_->is_ready()) {
        return ScreenPump::Outcome::Nothing;
    }
    return show_screen();
}

ScreenPump::Outcome Viewer::show_screen() {
    if (!message().empty()) {
        clear_message();
        screen_->show_again();
    }
    show_pointer(screen_->cursor_news());
    const auto outcome = screen_->pump();
    if (!outcome) {
        lose_display(outcome.error());
        return ScreenPump::Outcome::Nothing;
    }
    if (*outcome == ScreenPump::Outcome::Shown) {
        loop_.disarm(message_timer_);
        set_picture(Picture::Machine);
    }
    return *outcome;
}

void Viewer::set_picture(Picture whose) {
    if (std::exchange(picture_, whose) == whose) {
        return;
    }
    if (whose == Picture::Agent) {
        show_pointer(agent_pointer_);
    }
    observer_.on_picture(whose);
    set_title();
}

/// The one place where it is said that the picture is not an agent's. Empty: it is, or there is
/// none.
std::string Viewer::screen_mark() const {
    const SessionStatus& status = subscriber_->status();
    return picture_ == Picture::Machine ? no_agent_mark(status, cure_of(status, *region_)) : "";
}

}  // namespace oriel
