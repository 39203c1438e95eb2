// SPDX-License-Identifier: MIT
#include "viewer/viewer_panel.h"

#include <utility>

#include "viewer/status_text.h"

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

bool ViewerPanel::set_full_screen(Switch to) {
    if (to == Switch::Toggle) {
        of_.display.toggle_mode();
    } else {
        of_.display.set_mode(to == Switch::On ? Presenter::WindowMode::FullScreen
                                              : Presenter::WindowMode::Normal);
    }
    return of_.display.mode() == Presenter::WindowMode::FullScreen;
}

Result<std::vector<ChangedOption>> ViewerPanel::reload() {
    if (!of_.options.reread) {
        return std::vector<ChangedOption>();
    }
    ORIEL_TRY_ASSIGN(RereadOptionsFound found, of_.options.reread());
    take_input_options(found.options);
    of_.options.inhibit_idle = found.options.inhibit_idle;
    of_.idle.follow();
    take_display_options(found.options);
    return std::move(found.changed);
}

void ViewerPanel::take_input_options(const ViewerOptions& wanted) {
    ViewerOptions& options = of_.options;
    if (wanted.host_key != options.host_key) {
        options.host_key = wanted.host_key;
        of_.window.input().set_host_key(wanted.host_key);
        of_.window.overlay().set_host_key(wanted.host_key.name());
    }
    if (wanted.auto_grab != options.auto_grab) {
        options.auto_grab = wanted.auto_grab;
        of_.window.input().set_grab_at_focus(wanted.auto_grab);
    }
}

void ViewerPanel::take_display_options(const ViewerOptions& wanted) {
    ViewerOptions& options = of_.options;
    if (wanted.mode != options.mode) {
        options.mode = wanted.mode;
        of_.display.set_mode(wanted.mode);
    }
    if (wanted.vsync != options.vsync) {
        options.vsync = wanted.vsync;
        of_.display.presenter().set_vsync(wanted.vsync);
    }
    if (wanted.scaling != options.scaling) {
        options.scaling = wanted.scaling;
        of_.display.presenter().set_scaling(wanted.scaling);
    }
}

ViewerStats ViewerPanel::stats() {
    ViewerStats stats;
    stats.target = target_text();
    stats.presenter = of_.display.presenter().description();
    stats.state = state_word(of_.link.status().state);
    stats.state_text = of_.link.text();
    stats.is_full_screen = of_.display.mode() == Presenter::WindowMode::FullScreen;
    stats.is_visible = of_.display.is_visible();
    stats.has_focus = of_.window.has_focus();
    stats.refresh_mhz = of_.picture.refresh_mhz();
    tell_input(stats);
    stats.frames = of_.picture.statistics();
    const FrameHistory::Rates rates = of_.window.overlay().rates(monotonic_now());
    stats.shown_per_second = rates.shown;
    stats.made_per_second = rates.published;
    stats.faults = of_.link.fault_count();
    return stats;
}

void ViewerPanel::tell_input(ViewerStats& stats) {
    const ViewerInput& input = of_.window.input();
    if (const InputSink* const sink = input.sink()) {
        stats.input = sink->description();
        stats.input_link = word_of(sink->state().link);
        stats.input_pointer = word_of(sink->state().pointer);
        stats.input_reason = sink->state().reason;
    } else {
        stats.input = input.note();
    }
    stats.is_grabbed = input.is_grabbed();
}

}  // namespace oriel
