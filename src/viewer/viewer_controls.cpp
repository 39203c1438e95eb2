// SPDX-License-Identifier: MIT
// The control socket's side: what is asked from outside.
#include <algorithm>
#include <utility>

#include "viewer/status_text.h"
#include "viewer/viewer.h"

namespace oriel {
namespace {

const char* word_of(InputState::Link link) {
    switch (link) {
    case InputState::Link::Connecting:
        return "connecting";
    case InputState::Link::Ready:
        return "ready";
    case InputState::Link::Refused:
        return "refused";
    case InputState::Link::Lost:
        return "lost";
    }
    return "";
}

const char* word_of(PointerMode pointer) {
    switch (pointer) {
    case PointerMode::None:
        return "none";
    case PointerMode::Relative:
        return "relative";
    case PointerMode::Absolute:
        return "absolute";
    }
    return "";
}

}  // namespace

bool Viewer::set_full_screen(Switch to) {
    const bool is_full = mode_ == Presenter::WindowMode::FullScreen;
    const bool becomes_full = to == Switch::Toggle ? !is_full : to == Switch::On;
    if (becomes_full != is_full) {
        mode_ = becomes_full ? Presenter::WindowMode::FullScreen : Presenter::WindowMode::Normal;
        presenter_->set_window_mode(mode_);
        note_window();
        follow_idle();
    }
    return becomes_full;
}

Result<CopiedPicture> Viewer::picture() {
    const SessionStatus& status = subscriber_->status();
    auto picture =
        status.state == SessionStatus::State::Live ? pump_->copy_of_picture() : std::nullopt;
    if (!picture) {
        std::string why =
            message_->text().empty() ? "waiting for the guest's first picture" : message_->text();
        std::ranges::replace(why, '\n', ' ');
        return Failure(Error::not_found("there is no picture now: " + why));
    }
    return std::move(*picture);
}

Result<std::vector<ChangedOption>> Viewer::reload() {
    if (!options_.reread) {
        return std::vector<ChangedOption>();
    }
    ORIEL_TRY_ASSIGN(RereadOptionsFound found, options_.reread());
    const ViewerOptions& wanted = found.options;
    if (wanted.host_key != options_.host_key) {
        options_.host_key = wanted.host_key;
        input_->set_host_key(wanted.host_key);
        overlay_->set_host_key(wanted.host_key.name());
    }
    if (wanted.auto_grab != options_.auto_grab) {
        options_.auto_grab = wanted.auto_grab;
        input_->set_grab_at_focus(wanted.auto_grab);
    }
    options_.inhibit_idle = wanted.inhibit_idle;
    follow_idle();
    if (wanted.mode != options_.mode) {
        options_.mode = wanted.mode;
        set_full_screen(wanted.mode == Presenter::WindowMode::FullScreen ? Switch::On
                                                                         : Switch::Off);
    }
    if (wanted.vsync != options_.vsync) {
        options_.vsync = wanted.vsync;
        presenter_->set_vsync(wanted.vsync);
    }
    if (wanted.scaling != options_.scaling) {
        options_.scaling = wanted.scaling;
        presenter_->set_scaling(wanted.scaling);
    }
    return std::move(found.changed);
}

ViewerStats Viewer::stats() {
    const SessionStatus& status = subscriber_->status();
    ViewerStats stats;
    stats.target = target_text();
    stats.presenter = presenter_->description();
    stats.state = state_word(status.state);
    stats.state_text = status_text(status, stats.target, cure_of(status, *region_));
    stats.is_full_screen = mode_ == Presenter::WindowMode::FullScreen;
    stats.is_visible = is_visible_;
    stats.has_focus = has_focus_;
    stats.refresh_mhz = told_refresh_mhz_;
    if (const InputSink* const sink = input_->sink()) {
        stats.input = sink->description();
        stats.input_link = word_of(sink->state().link);
        stats.input_pointer = word_of(sink->state().pointer);
        stats.input_reason = sink->state().reason;
    } else {
        stats.input = input_->note();
    }
    stats.is_grabbed = input_->is_grabbed();
    stats.frames = pump_->statistics();
    const FrameHistory::Rates rates = overlay_->rates(monotonic_now());
    stats.shown_per_second = rates.shown;
    stats.made_per_second = rates.published;
    stats.faults = fault_count();
    return stats;
}

}  // namespace oriel
