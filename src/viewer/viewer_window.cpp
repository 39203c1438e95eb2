// SPDX-License-Identifier: MIT
#include "viewer/viewer_window.h"

#include <utility>

#include "base/log.h"
#include "viewer/status_text.h"

namespace oriel {

ViewerWindow::ViewerWindow(PollLoop& loop,
                           ViewerOptions& options,
                           const RegionLink& link,
                           ViewerDisplay& display,
                           ViewerPicture& picture,
                           std::function<void()> screen)
    : loop_(loop),
      options_(options),
      link_(link),
      display_(display),
      picture_(picture),
      on_screen_(std::move(screen)),
      wants_figures_(options.overlay == ViewerOptions::Overlay::Shown) {}

ViewerWindow::~ViewerWindow() = default;

Result<void> ViewerWindow::open() {
    overlay_ = std::make_unique<Overlay>(
        loop_, display_.presenter(), options_.host_key.name(), [this](Error error) {
            display_.lose(std::move(error));
        });
    has_focus_ = false;
    ORIEL_TRY(open_input());
    if (wants_figures_) {
        overlay_->toggle_figures();
    }
    return {};
}

void ViewerWindow::close() {
    wants_figures_ = overlay_->shows_figures();
    input_.reset();
    overlay_.reset();
}

Result<void> ViewerWindow::open_input() {
    // Two ways to one guest would take it from each other.
    picture_.leave_screen();
    input_.reset();
    told_input_ = link_.region().input_uri();
    FoundInput found;
    if (options_.input) {
        ORIEL_TRY_ASSIGN(found, options_.input(told_input_));
    }
    if (!found.lack.empty()) {
        log(LogLevel::Debug, found.lack);
    }
    const GrabWishes wishes{options_.host_key, options_.grab_on_start, options_.auto_grab};
    options_.grab_on_start = false;  // That was the start.
    input_ = std::make_unique<ViewerInput>(
        loop_,
        display_.presenter(),
        std::move(found),
        wishes,
        ViewerInput::Listener{[this] { on_input_note(); }, on_screen_});
    input_->on_visibility(display_.is_visible());
    input_->on_focus(has_focus_);
    return {};
}

Result<void> ViewerWindow::follow_broker() {
    if (link_.region().input_uri() == told_input_) {
        return {};
    }
    ORIEL_TRY(open_input());
    set_title();
    return {};
}

void ViewerWindow::set_title() {
    if (!input_) {
        return;  // It is set once there is one.
    }
    std::string note = input_->note();
    if (!guest_note_.empty()) {
        note += (note.empty() ? "" : "; ") + guest_note_;
    }
    display_.presenter().set_title(
        window_title(link_.status(), link_.name(), picture_.screen_mark(), note));
}

void ViewerWindow::set_guest_note(const std::string& note) {
    if (note != guest_note_) {
        guest_note_ = note;
        set_title();
    }
}

void ViewerWindow::on_input_note() {
    set_title();
    if (input_->is_grabbed()) {
        overlay_->show_hint(input_->note());
    } else {
        overlay_->end_hint();
    }
}

void ViewerWindow::refresh_figures() {
    if (overlay_->shows_figures()) {
        overlay_->set_facts(facts());
    }
}

OverlayFacts ViewerWindow::facts() const {
    const SessionStatus& status = link_.status();
    const Presenter& presenter = display_.presenter();
    return {.name = status.host_name.empty() ? link_.name() : status.host_name,
            .state = status.state,
            .presenter = presenter.description(),
            .refresh = presenter.refresh(),
            .feedback = presenter.feedback(),
            .picture = picture_.size(),
            .window = presenter.area().size,
            .input = input_->mode(),
            .cut_off = cut_off_text(status),
            .voided_holds = picture_.statistics().voided_holds,
            .faults = link_.fault_count()};
}

void ViewerWindow::on_visibility(bool is_visible) {
    overlay_->on_visibility(is_visible);
    input_->on_visibility(is_visible);
}

void ViewerWindow::on_focus(bool has_focus) {
    has_focus_ = has_focus;
    input_->on_focus(has_focus);
}

void ViewerWindow::on_input(const InputEvent& event) {
    const auto command = input_->on_input(event);
    if (!command) {
        return;
    }
    switch (*command) {
    case HostCommand::ToggleFullScreen:
        display_.toggle_mode();
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

}  // namespace oriel
