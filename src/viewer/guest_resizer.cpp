// SPDX-License-Identifier: MIT
#include "viewer/guest_resizer.h"

#include <utility>

#include <fmt/format.h>

#include "relay/layout.h"
#include "viewer/frame_pump.h"

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

std::string refusal_of(Size size, const Region& region) {
    const std::uint64_t needed = needed_for(size);
    const std::string cure =
        needed > region.memory().bytes().size() ? "; " + region.how_to_enlarge(needed) : "";
    return fmt::format("the guest refused a screen of {}x{}{}", size.width, size.height, cure);
}

}  // namespace

GuestResizer::GuestResizer(PollLoop& loop, const RegionLink& link, Ended ended)
    : loop_(loop),
      link_(link),
      ended_(std::move(ended)),
      timer_(loop.add_timer([this] { follow(); })) {}

GuestResizer::~GuestResizer() {
    loop_.remove(timer_);
}

void GuestResizer::set_window(const SizeWish::Mode& window) {
    wish_.set_window(window, monotonic_now());
    follow();
}

void GuestResizer::lose_answer() {
    wish_.lose_answer(monotonic_now());
}

void GuestResizer::follow() {
    if (!link_.is_open()) {
        return;
    }
    const Nanoseconds now = monotonic_now();
    hear_answers(now);
    const auto state = link_.status().state;
    if (state != SessionStatus::State::Live) {
        // Whoever comes next is somebody else, unless it is only a mode that changes.
        was_live_ = was_live_ && state == SessionStatus::State::Waiting;
        loop_.disarm(timer_);
        return;
    }
    if (!std::exchange(was_live_, true)) {
        wish_.ask_again(now);
    }
    if (const auto mode = wish_.take(now)) {
        ask_for(*mode, now);
    }
    if (const auto due = wish_.due()) {
        loop_.arm_at(timer_, *due);
    } else {
        loop_.disarm(timer_);
    }
}

void GuestResizer::hear_answers(Nanoseconds now) {
    while (const auto answer = link_.subscriber().mode_answer()) {
        if (const auto mode = wish_.answered()) {
            end(*mode,
                answer->answer == ModeAnswer::Accepted ? WishEnd::Accepted : WishEnd::Refused);
        }
    }
    if (const auto mode = wish_.give_up(now)) {
        end(*mode, WishEnd::Unanswered);
    }
}

void GuestResizer::ask_for(const SizeWish::Mode& mode, Nanoseconds now) {
    switch (link_.subscriber().want_mode(FramePump::kOutput, mode.size, mode.refresh_mhz)) {
    case Subscriber::Asked::Sent:
        link_.ring();
        return;
    case Subscriber::Asked::NotNow:
        wish_.put_back(now);
        return;
    case Subscriber::Asked::NotSupported:
        wish_.answered();
        end(mode, WishEnd::Unanswered);
        return;
    }
}

void GuestResizer::end(const SizeWish::Mode& mode, WishEnd end) {
    std::string note;
    if (end == WishEnd::Unanswered) {
        note = kUnable;
    } else if (end == WishEnd::Refused) {
        note = refusal_of(mode.size, link_.region());
    }
    ended_(mode, end, note);
}

}  // namespace oriel
