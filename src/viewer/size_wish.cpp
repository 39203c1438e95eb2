// SPDX-License-Identifier: MIT
#include "viewer/size_wish.h"

#include <algorithm>
#include <utility>

namespace oriel {
namespace {

constexpr Nanoseconds kRetry = std::chrono::milliseconds(500);

Size within_limits(Size size) {
    return {std::clamp(size.width, kSmallestMode.width, kLargestMode.width),
            std::clamp(size.height, kSmallestMode.height, kLargestMode.height)};
}

}  // namespace

void SizeWish::set_window(Mode window, Nanoseconds now) {
    window.size = within_limits(window.size);
    if (wanted_ != window) {
        wanted_ = window;
        due_ = now + kStill;
    }
}

void SizeWish::ask_again(Nanoseconds now) {
    asked_.reset();
    if (wanted_ && !due_) {
        due_ = now;
    }
}

void SizeWish::lose_answer(Nanoseconds now) {
    if (asked_) {
        ask_again(now);
    }
}

std::optional<Nanoseconds> SizeWish::due() const {
    if (!asked_) {
        return due_;
    }
    return asked_at_ + kPatience;
}

std::optional<SizeWish::Mode> SizeWish::take(Nanoseconds now) {
    if (asked_ || !due_ || now < *due_) {
        return std::nullopt;
    }
    due_.reset();
    asked_ = wanted_;
    asked_at_ = now;
    return asked_;
}

void SizeWish::put_back(Nanoseconds now) {
    asked_.reset();
    due_ = now + kRetry;
}

std::optional<SizeWish::Mode> SizeWish::answered() {
    return std::exchange(asked_, std::nullopt);
}

std::optional<SizeWish::Mode> SizeWish::give_up(Nanoseconds now) {
    if (!asked_ || now < asked_at_ + kPatience) {
        return std::nullopt;
    }
    return std::exchange(asked_, std::nullopt);
}

}  // namespace oriel
