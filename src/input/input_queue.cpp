// SPDX-License-Identifier: MIT
#include "input/input_queue.h"

#include <algorithm>
#include <array>
#include <utility>

#include <linux/input-event-codes.h>

#include "base/assert.h"
#include "input/key_table.h"

namespace oriel {
namespace {

using Kind = GuestInput::Kind;

constexpr std::uint32_t kMousePacketBytes = 4;

/// After the last event of a mouse, the last one first. A guest is seldom busier than that.
constexpr std::array<Nanoseconds, 2> kNudges{std::chrono::milliseconds(400),
                                             std::chrono::milliseconds(40)};

bool is_button(std::uint32_t code) {
    return code >= BTN_LEFT && code <= BTN_EXTRA;
}

std::uint32_t key_bytes_of(const GuestInput& event) {
    const KeyName* const row = find_key(event.code);
    if (row == nullptr) {
        return 0;
    }
    return event.press == Press::Down ? row->down_bytes : row->up_bytes;
}

std::int64_t toward_zero(std::int64_t value, std::int64_t limit) {
    return std::clamp(value, -limit, limit);
}

bool is_motion(Kind kind) {
    return kind == Kind::MoveBy || kind == Kind::Scroll;
}

}  // namespace

void InputQueue::button(std::uint32_t code, Press press) {
    if (is_button(code)) {
        press_or_release(Kind::Button, code, press);
    }
}

void InputQueue::press_or_release(Kind kind, std::uint32_t code, Press press) {
    const Held held{kind, code};
    const GuestInput event{.kind = kind, .press = press, .code = code};
    if (press == Press::Up) {
        if (down_.erase(held) > 0) {
            push(event);
        }
        return;
    }
    if (!ready_ || is_full() || (kind == Kind::Key && find_key(code) == nullptr)) {
        return;
    }
    const bool is_repeated = !down_.insert(held).second;
    if (!is_repeated || std::ranges::find(waiting_, event) == waiting_.end()) {
        push(event);
    }
}

void InputQueue::move_to(std::uint32_t x,
                         std::uint32_t y,
                         std::uint32_t width,
                         std::uint32_t height) {
    if (width == 0 || height == 0) {
        return;
    }
    const GuestInput event{.kind = Kind::MoveTo,
                           .x = std::min(x, width - 1),
                           .y = std::min(y, height - 1),
                           .width = width,
                           .height = height};
    if (GuestInput* const last = last_of(Kind::MoveTo)) {
        *last = event;
    } else if (ready_ && !is_full()) {
        push(event);
    }
}

void InputQueue::move_by(std::int32_t x, std::int32_t y) {
    if (x == 0 && y == 0) {
        return;
    }
    if (GuestInput* const last = last_of(Kind::MoveBy)) {
        last->x += x;
        last->y += y;
    } else if (ready_ && !is_full()) {
        push({.kind = Kind::MoveBy, .x = x, .y = y});
    }
}

void InputQueue::scroll(std::int32_t x, std::int32_t y) {
    if (last_of(Kind::Scroll) == nullptr && ready_ && !is_full()) {
        push({.kind = Kind::Scroll});
    }
    if (GuestInput* const last = last_of(Kind::Scroll)) {
        last->x = toward_zero(last->x + x, kMaxNotches);
        last->y = toward_zero(last->y + y, kMaxNotches);
        if (last->x == 0 && last->y == 0) {
            waiting_.pop_back();
        }
    }
}

void InputQueue::release_all() {
    for (const Held& held : std::exchange(down_, {})) {
        push({.kind = held.kind, .press = Press::Up, .code = held.code});
    }
}

void InputQueue::set_ready(bool ready) {
    ready_ = ready;
    if (ready) {
        return;
    }
    waiting_.clear();
    nudges_due_ = 0;
    refused_.clear();
    down_.clear();
    for (const Held& held : sent_down_) {
        push({.kind = held.kind, .press = Press::Up, .code = held.code});
    }
}

std::optional<Nanoseconds> InputQueue::when(Nanoseconds now) const {
    if (!ready_) {
        return std::nullopt;
    }
    if (waiting_.empty()) {
        return nudges_due_ == 0
                   ? std::nullopt
                   : std::optional(std::max(now, moved_at_ + kNudges[nudges_due_ - 1]));
    }
    const GuestInput& next = waiting_.front();
    if (next.kind != Kind::Key) {
        return mouse_bytes_.when(kMousePacketBytes, now);
    }
    return std::max(key_bytes_.when(key_bytes_of(next), now), keys_.when(1, now));
}

std::optional<GuestInput> InputQueue::take(Nanoseconds now) {
    const auto due = when(now);
    if (!due || *due > now) {
        return std::nullopt;
    }
    if (waiting_.empty()) {
        --nudges_due_;
        return GuestInput{.kind = Kind::MoveBy};
    }
    const GuestInput event = next_part();
    GuestInput& front = waiting_.front();
    if (is_motion(front.kind)) {
        front.x -= event.x;
        front.y -= event.y;
    }
    if (!is_motion(front.kind) || (front.x == 0 && front.y == 0)) {
        waiting_.pop_front();
    }
    note_taken(event, now);
    return event;
}

/// Of the first that waits, as much as goes at once.
GuestInput InputQueue::next_part() const {
    GuestInput part = waiting_.front();
    if (part.kind == Kind::MoveBy) {
        part.x = toward_zero(part.x, GuestInput::kMaxStep);
        part.y = toward_zero(part.y, GuestInput::kMaxStep);
    } else if (part.kind == Kind::Scroll) {
        part.y = toward_zero(part.y, 1);
        part.x = part.y == 0 ? toward_zero(part.x, 1) : 0;
    }
    return part;
}

void InputQueue::note_taken(const GuestInput& event, Nanoseconds now) {
    if (event.kind == Kind::Key) {
        key_bytes_.add(key_bytes_of(event), now);
        keys_.add(1, now);
    } else {
        mouse_bytes_.add(kMousePacketBytes, now);
        moved_at_ = now;
        nudges_due_ = event.kind == Kind::MoveTo ? nudges_due_ : kNudges.size();
    }
    const Held held{event.kind, event.code};
    if (event.is_release()) {
        sent_down_.erase(held);
    } else if (event.kind == Kind::Key || event.kind == Kind::Button) {
        sent_down_.insert(held);
        refused_.erase(held);
    }
}

void InputQueue::put_back(const GuestInput& event) {
    if (event.kind != Kind::Key && event.kind != Kind::Button) {
        return;
    }
    const Held held{event.kind, event.code};
    if (event.press == Press::Down) {
        sent_down_.erase(held);
        refused_.insert(held);
    } else if (refused_.erase(held) == 0) {
        sent_down_.insert(held);
        waiting_.push_front(event);
    }
}

void InputQueue::push(const GuestInput& event) {
    waiting_.push_back(event);
}

GuestInput* InputQueue::last_of(Kind kind) {
    return !waiting_.empty() && waiting_.back().kind == kind ? &waiting_.back() : nullptr;
}

}  // namespace oriel
