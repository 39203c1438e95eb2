// SPDX-License-Identifier: MIT
// What one side would like of the other: the guest's screen as large as the window, and the host's
// screen kept from going dark.
#include <utility>

#include <fmt/format.h>

#include "relay/layout.h"
#include "viewer/viewer.h"

namespace oriel {
namespace {

constexpr const char* kUnable = "the guest cannot be asked for another screen size";

/// What a region would need for a screen of that size.
std::uint64_t needed_for(Size size) {
    constexpr std::uint32_t kLeastSlots = 2;
    const FrameGeometry geometry{
        size, aligned_stride(size.width, PixelFormat::Bgra8), PixelFormat::Bgra8, 0};
    const OutputNeeds needs{slot_bytes_for(geometry), kLeastSlots};
    return needed_region_size({&needs, 1});
}

}  // namespace

/// Not before there is a picture, whose size the window takes on at first.
void Viewer::note_window() {
    if (options_.resize != ViewerOptions::Resize::Window || !had_first_frame_) {
        return;
    }
    // In a window the guest's own rate is as good as any.
    const bool is_full_screen = mode_ == Presenter::WindowMode::FullScreen;
    size_wish_.set_window({presenter_->area().size, is_full_screen ? told_refresh_mhz_ : 0},
                          monotonic_now());
    follow_size_wish();
}

void Viewer::follow_size_wish() {
    if (options_.resize != ViewerOptions::Resize::Window || failure_) {
        return;
    }
    const Nanoseconds now = monotonic_now();
    while (const auto answer = subscriber_->mode_answer()) {
        if (const auto mode = size_wish_.answered()) {
            end_wish(*mode,
                     answer->answer == ModeAnswer::Accepted ? WishEnd::Accepted : WishEnd::Refused);
        }
    }
    if (const auto mode = size_wish_.give_up(now)) {
        end_wish(*mode, WishEnd::Unanswered);
    }
    const auto state = subscriber_->status().state;
    if (state != SessionStatus::State::Live) {
        // Whoever comes next is somebody else, unless it is only a mode that changes.
        was_live_ = was_live_ && state == SessionStatus::State::Waiting;
        loop_.disarm(wish_timer_);
        return;
    }
    if (!std::exchange(was_live_, true)) {
        size_wish_.ask_again(now);
    }
    if (const auto mode = size_wish_.take(now)) {
        ask_for(*mode, now);
    }
    if (const auto due = size_wish_.due()) {
        loop_.arm_at(wish_timer_, *due);
    } else {
        loop_.disarm(wish_timer_);
    }
}

void Viewer::ask_for(const SizeWish::Mode& mode, Nanoseconds now) {
    switch (subscriber_->want_mode(FramePump::kOutput, mode.size, mode.refresh_mhz)) {
    case Subscriber::Asked::Sent:
        region_->ring_publisher();
        return;
    case Subscriber::Asked::NotNow:
        size_wish_.put_back(now);
        return;
    case Subscriber::Asked::NotSupported:
        size_wish_.answered();
        end_wish(mode, WishEnd::Unanswered);
        return;
    }
}

void Viewer::end_wish(const SizeWish::Mode& mode, WishEnd end) {
    std::string note;
    if (end == WishEnd::Unanswered) {
        note = kUnable;
    } else if (end == WishEnd::Refused) {
        const std::uint64_t needed = needed_for(mode.size);
        const std::string cure =
            needed > region_->memory().bytes().size() ? "; " + region_->how_to_enlarge(needed) : "";
        note = fmt::format(
            "the guest refused a screen of {}x{}{}", mode.size.width, mode.size.height, cure);
    }
    observer_.on_wish(mode, end, note);
    if (note != wish_note_) {
        wish_note_ = note;
        set_title();
    }
}

void Viewer::follow_idle() {
    using Inhibit = ViewerOptions::InhibitIdle;
    const SessionStatus& status = subscriber_->status();
    const bool is_asked = status.wants_no_blanking || mode_ == Presenter::WindowMode::FullScreen;
    const bool is_wanted = is_visible_ && status.state == SessionStatus::State::Live &&
                           (options_.inhibit_idle == Inhibit::Always ||
                            (options_.inhibit_idle == Inhibit::Auto && is_asked));
    if (is_wanted != inhibits_idle_) {
        inhibits_idle_ = is_wanted;
        presenter_->set_idle_inhibit(is_wanted ? Presenter::Idle::Inhibited
                                               : Presenter::Idle::Allowed);
    }
}

}  // namespace oriel
