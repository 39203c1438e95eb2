// SPDX-License-Identifier: MIT
#include "viewer/viewer_display.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "present/offscreen/offscreen_presenter.h"
#include "viewer/open_presenter.h"

namespace oriel {
namespace {

constexpr std::chrono::seconds kPatience(30);
constexpr Nanoseconds kBetweenLooks = std::chrono::milliseconds(250);

}  // namespace

ViewerDisplay::ViewerDisplay(PollLoop& loop, const ViewerOptions& options, Listener listener)
    : loop_(loop),
      options_(options),
      listener_(std::move(listener)),
      mode_(options.mode),
      find_timer_(loop.add_timer([this] { find(); })) {}

ViewerDisplay::~ViewerDisplay() {
    if (presenter_) {
        remember_window();
    }
    if (memory_) {
        memory_->finish();
    }
    unwatch();
    loop_.remove(find_timer_);
}

Result<void> ViewerDisplay::open() {
    if (!options_.window_file.empty()) {
        memory_.emplace(options_.window_file);
    }
    const ViewerOptions remembered = remembered_options();
    mode_ = remembered.mode;
    ORIEL_TRY_ASSIGN(presenter_, open_presenter(remembered));
    watch();
    return {};
}

/// What was asked for at the start counts more than what is remembered.
ViewerOptions ViewerDisplay::remembered_options() const {
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

void ViewerDisplay::remember_window() {
    if (!memory_) {
        return;
    }
    if (const auto place = presenter_->place()) {
        memory_->note(*place, monotonic_now());
    }
}

void ViewerDisplay::set_mode(Presenter::WindowMode mode) {
    if (std::exchange(mode_, mode) != mode) {
        presenter_->set_window_mode(mode);
        listener_.mode();
    }
}

void ViewerDisplay::toggle_mode() {
    set_mode(mode_ == Presenter::WindowMode::FullScreen ? Presenter::WindowMode::Normal
                                                        : Presenter::WindowMode::FullScreen);
}

void ViewerDisplay::watch() {
    if (presenter_->fd() >= 0) {
        watch_ = loop_.watch(presenter_->fd(), [this] { listener_.event(); });
    }
}

void ViewerDisplay::unwatch() {
    if (watch_) {
        loop_.remove(*std::exchange(watch_, std::nullopt));
    }
}

void ViewerDisplay::lose(Error error) {
    if (!presenter_->can_come_back()) {
        listener_.failed(std::move(error));
        return;
    }
    if (lost_) {
        return;
    }
    log(LogLevel::Warning,
        fmt::format("{}; waiting for it for {} s", error.message, kPatience.count()));
    unwatch();
    lost_ = {.error = std::move(error),
             .give_up = monotonic_now() + kPatience,
             .platform = ViewerOptions::Platform::Wayland};
    loop_.arm(find_timer_, Nanoseconds(0));
}

void ViewerDisplay::find() {
    if (auto there = stand_in(); !there) {
        listener_.failed(there.error());
        return;
    }
    ViewerOptions options = remembered_options();
    options.platform = lost_->platform;
    options.mode = mode_;
    auto found = open_presenter(options);
    if (!found) {
        if (monotonic_now() > lost_->give_up) {
            listener_.failed(Error::not_found(fmt::format(
                "{}, and did not come back within {} s", lost_->error.message, kPatience.count())));
            return;
        }
        loop_.arm(find_timer_, kBetweenLooks);
        return;
    }
    lost_.reset();
    log(LogLevel::Info, "the display is back");
    if (auto taken = replace(std::move(*found), Kind::Display); !taken) {
        listener_.failed(taken.error());
    }
}

/// Nobody need publish anything for it.
Result<void> ViewerDisplay::stand_in() {
    if (!presenter_->can_come_back()) {
        return {};
    }
    ORIEL_TRY_ASSIGN(auto presenter, OffscreenPresenter::open({}));
    return replace(std::move(presenter), Kind::StandIn);
}

Result<void> ViewerDisplay::replace(std::unique_ptr<Presenter> presenter, Kind kind) {
    unwatch();
    const auto before = std::exchange(presenter_, std::move(presenter));
    watch();
    return listener_.replaced(kind);
}

}  // namespace oriel
