// SPDX-License-Identifier: MIT
#include "viewer/testing/recording_sink.h"

#include <utility>

#include <fmt/format.h>
#include <linux/input-event-codes.h>

#include "base/linux/event_fd.h"

namespace oriel::testing_support {

RecordingSink::RecordingSink() : fd_(create_event_fd().value()) {}

void RecordingSink::become(InputState state) {
    next_ = std::move(state);
    ring_event_fd(fd_);
}

bool RecordingSink::dispatch() {
    if (drain_event_fd(fd_) == 0 || next_ == state_) {
        return false;
    }
    state_ = next_;
    return true;
}

void RecordingSink::check(bool is_right, const std::string& rule) {
    if (!is_right) {
        broken_rules.push_back(rule);
    }
}

void RecordingSink::note(std::uint32_t code, Press press) {
    keys.push_back({code, press});
    if (press == Press::Down) {
        check(state_.link == InputState::Link::Ready, fmt::format("{} pressed for nobody", code));
        check(down.insert(code).second, fmt::format("{} pressed twice", code));
    } else {
        check(down.erase(code) == 1, fmt::format("{} let go without being down", code));
    }
}

void RecordingSink::key(std::uint32_t code, Press press) {
    check(code < BTN_MISC || code >= KEY_OK, fmt::format("{} is no key", code));
    note(code, press);
}

void RecordingSink::button(std::uint32_t code, Press press) {
    check(code >= BTN_LEFT && code <= BTN_EXTRA, fmt::format("{} is no button", code));
    check(press == Press::Up || state_.pointer != PointerMode::None, "a button without a pointer");
    note(code, press);
}

void RecordingSink::move_to(std::uint32_t x,
                            std::uint32_t y,
                            std::uint32_t screen_width,
                            std::uint32_t screen_height) {
    check(state_.link == InputState::Link::Ready, "a position for nobody");
    check(state_.pointer == PointerMode::Absolute, "a position for no tablet");
    check(x < screen_width && y < screen_height, "a position outside the screen");
    positions.push_back({x, y, {screen_width, screen_height}});
}

void RecordingSink::move_by(std::int32_t x, std::int32_t y) {
    check(state_.pointer == PointerMode::Relative, "a motion for no mouse");
    moved_x += x;
    moved_y += y;
}

void RecordingSink::scroll(std::int32_t x, std::int32_t y) {
    check(state_.pointer != PointerMode::None, "a wheel without a pointer");
    scrolled_x += x;
    scrolled_y += y;
}

void RecordingSink::release_all() {
    for (const std::uint32_t code : std::set<std::uint32_t>(down)) {
        note(code, Press::Up);
    }
}

InputState ready(PointerMode pointer) {
    return {.link = InputState::Link::Ready, .pointer = pointer, .leds = {}, .reason = {}};
}

}  // namespace oriel::testing_support
