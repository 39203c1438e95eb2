// SPDX-License-Identifier: MIT
// The window's side: what it says, and what a person does to it.
#include <utility>

#include "viewer/status_text.h"
#include "viewer/viewer.h"

namespace oriel {

void Viewer::on_presenter() {
    if (auto done = presenter_->dispatch(*this); !done) {
        lose_display(done.error());
        return;
    }
    heard_presenter_ = false;
    follow_presenter();
}

FramePump::Outcome Viewer::follow_presenter() {
    const Nanoseconds now = monotonic_now();
    auto outcome = show_newest(now);
    if (outcome == FramePump::Outcome::Shown && region_->doorbell_fd() < 0) {
        sleep_until_next_look(now);  // Of the rate, too, where no look saw it before.
    }
    if (follow_screen() == ScreenPump::Outcome::Shown) {
        outcome = FramePump::Outcome::Shown;
    }
    if (!is_put_off(outcome)) {
        is_frame_put_off_ = false;
        if (doorbell_watch_) {
            loop_.disarm(backoff_timer_);
            loop_.resume(*doorbell_watch_);
        }
    }
    tell_refresh();
    return outcome;
}

/// A display library also reads while it writes: what it took in then wakes no poll().
void Viewer::prepare_to_sleep() {
    if (!failure_ && overlay_->shows_figures()) {
        overlay_->set_facts(overlay_facts());
    }
    do {
        presenter_->flush();
        if (auto done = presenter_->dispatch_read(*this); !done) {
            lose_display(done.error());
            return;
        }
    } while (std::exchange(heard_presenter_, false) &&
             follow_presenter() == FramePump::Outcome::Shown);
}

void Viewer::follow_state() {
    const SessionStatus& status = subscriber_->status();
    if (status.state == SessionStatus::State::Live && told_state_ == status.state &&
        told_text_.empty() && status.explanation.empty() &&
        told_cut_off_ == status.is_picture_cut_off && pump_->has_shown_in_session()) {
        return;  // As it is at each frame: no texts are made.
    }
    const std::string text = status_text(status, options_.target.text(), cure_of(status, *region_));
    if (told_state_ != status.state || told_text_ != text) {
        told_state_ = status.state;
        told_text_ = text;
        set_title();
        observer_.on_state(status.state, text);
    } else if (told_cut_off_ != status.is_picture_cut_off) {
        set_title();
    }
    told_cut_off_ = status.is_picture_cut_off;
    if (text.empty()) {
        if (!pump_->has_shown_in_session() && message().empty() &&
            !loop_.is_armed(message_timer_)) {
            loop_.arm(message_timer_, kMessageDelay);
        }
    } else if (had_first_frame_ || !message().empty()) {
        show_message_now();
    }
}

void Viewer::set_title() {
    std::string note = input_->note();
    if (!wish_note_.empty()) {
        note += (note.empty() ? "" : "; ") + wish_note_;
    }
    presenter_->set_title(
        window_title(subscriber_->status(), options_.target.text(), screen_mark(), note));
}

void Viewer::on_input_note() {
    set_title();
    if (input_->is_grabbed()) {
        overlay_->show_hint(input_->note());
    } else {
        overlay_->end_hint();
    }
}

OverlayFacts Viewer::overlay_facts() const {
    const SessionStatus& status = subscriber_->status();
    return {.name = status.host_name.empty() ? options_.target.text() : status.host_name,
            .state = status.state,
            .presenter = presenter_->description(),
            .refresh = presenter_->refresh(),
            .feedback = presenter_->feedback(),
            .picture = pump_->picture(),
            .window = presenter_->area().size,
            .input = input_->mode(),
            .cut_off = cut_off_text(status),
            .voided_holds = pump_->statistics().voided_holds,
            .faults = fault_count()};
}

void Viewer::show_message_now() {
    if (picture_ == ViewerObserver::Picture::Machine) {
        return;  // screen_mark() says it.
    }
    if (is_screen_awaited()) {
        if (!loop_.is_armed(message_timer_)) {
            loop_.arm_at(message_timer_, *screen_due_since_ + kScreenPatience);
        }
        return;
    }
    const SessionStatus& status = subscriber_->status();
    std::string text = status_text(status, options_.target.text(), cure_of(status, *region_));
    if (text.empty()) {
        if (pump_->has_shown_in_session()) {
            return;
        }
        text = "waiting for the guest's first picture";
    }
    loop_.disarm(message_timer_);
    set_picture(ViewerObserver::Picture::None);
    message_->show(text);
}

void Viewer::clear_message() {
    message_->show("");
    pump_->show_again();
}

void Viewer::tell_refresh() {
    const Presenter::Refresh refresh = presenter_->refresh();
    if (refresh.mhz != told_refresh_mhz_) {
        told_refresh_mhz_ = refresh.mhz;
        pump_->set_refresh(refresh.mhz);
        subscriber_->set_refresh(refresh.mhz, refresh.phase);
        region_->ring_publisher();
    }
}

/// What was asked for at the start counts more than what is remembered.
ViewerOptions Viewer::remembered_options() const {
    ViewerOptions options = options_;
    if (memory_ && memory_->place()) {
        options.place = *memory_->place();
        if (!options.window_size) {
            options.window_size = options.place.size;
        }
        if (options.mode_from == ViewerOptions::ModeFrom::Default && options.place.is_full_screen) {
            options.mode = Presenter::WindowMode::FullScreen;
        }
    }
    return options;
}

void Viewer::remember_window() {
    if (!memory_) {
        return;
    }
    if (const auto place = presenter_->place()) {
        memory_->note(*place, monotonic_now());
    }
}

void Viewer::on_released(std::uint64_t token) {
    heard_presenter_ = true;
    if (!screen_->on_released(token)) {
        pump_->on_released(token);
    }
}

void Viewer::on_shown(std::uint64_t token, Nanoseconds when) {
    if (const auto frame = pump_->on_shown(token, when)) {
        overlay_->note_frame(*frame);
        observer_.on_frame(*frame);
    }
}

void Viewer::on_exposed() {
    heard_presenter_ = true;
    if (picture_ == ViewerObserver::Picture::Machine) {
        screen_->show_again();
    } else if (message().empty()) {
        pump_->show_again();
    }
}

void Viewer::on_visibility(bool is_visible) {
    subscriber_->set_visibility(is_visible ? Subscriber::Visibility::Visible
                                           : Subscriber::Visibility::Hidden);
    region_->ring_publisher();
    is_visible_ = is_visible;
    message_->on_visibility(is_visible);
    overlay_->on_visibility(is_visible);
    follow_idle();
    input_->on_visibility(is_visible);
    follow_screen();
}

void Viewer::on_resized(const WindowArea& /*area*/) {
    message_->on_resized();
    overlay_->on_resized();
    note_window();
}

void Viewer::on_focus(bool has_focus) {
    has_focus_ = has_focus;
    input_->on_focus(has_focus);
}

void Viewer::on_grab_lost(const std::string& why) {
    input_->on_grab_lost(why);
}

void Viewer::on_grab_limited(const std::string& why) {
    input_->on_grab_limited(why);
}

void Viewer::on_input(const InputEvent& event) {
    const auto command = input_->on_input(event);
    if (!command) {
        return;
    }
    switch (*command) {
    case HostCommand::ToggleFullScreen:
        set_full_screen(Switch::Toggle);
        return;
    case HostCommand::ToggleOverlay:
        overlay_->toggle_figures();
        return;
    case HostCommand::ToggleHelp:
        overlay_->toggle_help();
        return;
    case HostCommand::Quit:
        loop_.stop();
        return;
    default:
        return;
    }
}

void Viewer::on_close_wanted() {
    loop_.stop();
}

}  // namespace oriel
