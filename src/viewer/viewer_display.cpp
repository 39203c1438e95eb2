// SPDX-License-Identifier: MIT
// A display that goes while the viewer runs, and comes back.
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "present/offscreen/offscreen_presenter.h"
#include "viewer/open_presenter.h"
#include "viewer/viewer.h"

namespace oriel {
namespace {

constexpr std::chrono::seconds kDisplayPatience(30);
constexpr Nanoseconds kBetweenLooks = std::chrono::milliseconds(250);

}  // namespace

void Viewer::watch_presenter() {
    if (presenter_->fd() >= 0) {
        presenter_watch_ = loop_.watch(presenter_->fd(), [this] { on_presenter(); });
    }
}

void Viewer::unwatch_presenter() {
    if (presenter_watch_) {
        loop_.remove(*std::exchange(presenter_watch_, std::nullopt));
    }
}

void Viewer::open_layers() {
    const auto failed = [this](Error error) {
        lose_display(std::move(error));
    };
    message_ = std::make_unique<StatusMessage>(loop_, *presenter_, failed);
    overlay_ = std::make_unique<Overlay>(loop_, *presenter_, options_.host_key.name(), failed);
}

/// It is not replaced here, since it may be what called.
void Viewer::lose_display(Error error) {
    if (!presenter_->can_come_back()) {
        fail(std::move(error));
        return;
    }
    if (lost_display_) {
        return;
    }
    log(LogLevel::Warning,
        fmt::format("{}; waiting for it for {} s", error.message, kDisplayPatience.count()));
    unwatch_presenter();
    lost_display_ = {.error = std::move(error),
                     .give_up = monotonic_now() + kDisplayPatience,
                     .platform = ViewerOptions::Platform::Wayland};
    loop_.arm(display_timer_, Nanoseconds(0));
}

/// Meanwhile a presenter without a display stands in, for which nobody need publish anything.
void Viewer::find_display() {
    if (presenter_->can_come_back()) {
        auto stand_in = OffscreenPresenter::open({});
        if (!stand_in) {
            fail(stand_in.error());
            return;
        }
        if (auto taken = take_presenter(std::move(*stand_in)); !taken) {
            fail(taken.error());
            return;
        }
        on_visibility(false);
    }
    ViewerOptions options = remembered_options();
    options.platform = lost_display_->platform;
    options.mode = mode_;
    auto found = open_presenter(options);
    if (!found) {
        if (monotonic_now() > lost_display_->give_up) {
            fail(Error::not_found(fmt::format("{}, and did not come back within {} s",
                                              lost_display_->error.message,
                                              kDisplayPatience.count())));
            return;
        }
        loop_.arm(display_timer_, kBetweenLooks);
        return;
    }
    lost_display_.reset();
    log(LogLevel::Info, "the display is back");
    if (auto taken = take_presenter(std::move(*found)); !taken) {
        fail(taken.error());
        return;
    }
    on_visibility(true);
    look(monotonic_now());
}

/// What refers to the presenter is made anew.
Result<void> Viewer::take_presenter(std::unique_ptr<Presenter> presenter) {
    unwatch_presenter();
    const bool shows_figures = overlay_->shows_figures();
    screen_.reset();
    input_.reset();
    overlay_.reset();
    message_.reset();
    pump_->change_presenter(*presenter);
    presenter_ = std::move(presenter);
    screen_ = std::make_unique<ScreenPump>(*presenter_);
    open_layers();
    bind_region();
    has_focus_ = false;
    told_refresh_mhz_ = 0;
    ORIEL_TRY(open_input());
    set_picture(ViewerObserver::Picture::None);
    set_title();
    show_pointer(agent_pointer_);
    if (shows_figures) {
        overlay_->toggle_figures();
    }
    watch_presenter();
    return {};
}

}  // namespace oriel
