// SPDX-License-Identifier: MIT
#include "viewer/grab_machine.h"

#include <array>
#include <cmath>
#include <utility>

#include <linux/input-event-codes.h>

namespace oriel {
namespace {

constexpr std::array<std::uint32_t, 5> kButtons = {
    BTN_LEFT, BTN_RIGHT, BTN_MIDDLE, BTN_SIDE, BTN_EXTRA};

bool is_button(std::uint32_t code) {
    return code >= BTN_LEFT && code <= BTN_TASK;
}

}  // namespace

GrabMachine::GrabMachine(const GrabWishes& wishes, InputSink* sink)
    : host_keys_(wishes.host_key),
      sink_(sink),
      grabs_at_focus_(wishes.at_focus),
      is_due_from_start_(wishes.at_start) {
    on_sink_state();
}

void GrabMachine::set_host_key(HostKey host_key) {
    press_late(host_keys_.let_go());
    host_keys_ = HostKeys(std::move(host_key));
}

void GrabMachine::set_grab_at_focus(bool at_focus) {
    grabs_at_focus_ = at_focus;
    is_due_from_focus_ = is_due_from_focus_ && at_focus;
}

std::optional<HostCommand> GrabMachine::on_input(const InputEvent& event) {
    switch (event.kind) {
    case InputEvent::Kind::KeyDown:
        return on_key(event.code, Press::Down);
    case InputEvent::Kind::KeyUp:
        return on_key(event.code, Press::Up);
    case InputEvent::Kind::ButtonDown:
        on_button(event);
        break;
    case InputEvent::Kind::ButtonUp:
        let_go(event.code);
        break;
    case InputEvent::Kind::Motion:
    case InputEvent::Kind::RelativeMotion:
        on_motion(event);
        break;
    case InputEvent::Kind::Scroll:
        on_scroll(event);
        break;
    }
    return std::nullopt;
}

std::optional<HostCommand> GrabMachine::on_key(std::uint32_t code, Press press_or_up) {
    if (!has_focus_ || is_released_) {
        return std::nullopt;
    }
    const HostKeys::Verdict verdict = host_keys_.on_key(code, press_or_up);
    for (const std::uint32_t part : verdict.withdrawn) {
        let_go(part);
    }
    press_late(verdict.late);
    if (verdict.whose == HostKeys::Verdict::Whose::Guests) {
        if (press_or_up == Press::Down) {
            press(code);
        } else {
            let_go(code);
        }
    }
    if (verdict.command == HostCommand::ToggleGrab) {
        toggle_grab();
        return std::nullopt;
    }
    if (verdict.command == HostCommand::PressWithCtrlAlt) {
        press_with_ctrl_alt(code);
        return std::nullopt;
    }
    return verdict.command;
}

/// A guest with a mouse knows no place outside: it gets what the hand does while it is grabbed.
bool GrabMachine::takes_pointer(const InputEvent& event) const {
    if (!is_active_ || pointer_ == PointerMode::None) {
        return false;
    }
    return pointer_ == PointerMode::Relative ? wants_grab_ : !event.is_outside;
}

void GrabMachine::on_button(const InputEvent& event) {
    if (host_keys_.is_held()) {
        host_keys_.note_use();
        return;
    }
    press_late(host_keys_.let_go());
    if (takes_pointer(event)) {
        press(event.code);
    } else if (is_active_ && pointer_ == PointerMode::Relative && !event.is_outside) {
        wants_grab_ = true;
    } else if (is_refused() && has_focus_ && !event.is_outside) {
        sink_->retry();
    }
}

bool GrabMachine::is_refused() const {
    return sink_ != nullptr && sink_->state().link == InputState::Link::Refused;
}

void GrabMachine::on_scroll(const InputEvent& event) {
    if (host_keys_.is_held()) {
        host_keys_.note_use();
        return;
    }
    press_late(host_keys_.let_go());
    if (takes_pointer(event)) {
        sink_->scroll(static_cast<std::int32_t>(std::lround(event.x)),
                      static_cast<std::int32_t>(std::lround(event.y)));
    }
}

void GrabMachine::on_motion(const InputEvent& event) {
    if (!is_active_) {
        return;
    }
    const bool is_relative = event.kind == InputEvent::Kind::RelativeMotion;
    if (is_relative && grab().pointer == Grab::Pointer::Relative) {
        sink_->move_by(static_cast<std::int32_t>(std::lround(event.x)),
                       static_cast<std::int32_t>(std::lround(event.y)));
    } else if (!is_relative && pointer_ == PointerMode::Absolute && !event.picture.is_empty()) {
        sink_->move_to(static_cast<std::uint32_t>(event.x),
                       static_cast<std::uint32_t>(event.y),
                       event.picture.width,
                       event.picture.height);
    }
}

void GrabMachine::toggle_grab() {
    if (wants_grab_) {
        give_grab_back();
    } else {
        take_grab();
    }
}

bool GrabMachine::take_grab() {
    wants_grab_ = is_active_;
    return is_active_;
}

void GrabMachine::give_grab_back() {
    forget_wishes();
    wants_grab_ = false;
    // Where the pointer may go now their release can be somebody else's.
    let_go_of_buttons();
}

void GrabMachine::forget_wishes() {
    is_due_from_start_ = false;
    is_due_from_focus_ = false;
}

void GrabMachine::press_with_ctrl_alt(std::uint32_t code) {
    if (is_active_) {
        press_together(std::array{std::uint32_t{KEY_LEFTCTRL}, std::uint32_t{KEY_LEFTALT}, code});
    }
}

bool GrabMachine::press_together(std::span<const std::uint32_t> codes) {
    if (!is_reached_) {
        return false;
    }
    std::vector<std::uint32_t> pressed;
    for (const std::uint32_t code : codes) {
        if (press_in_guest(code)) {
            pressed.push_back(code);
        }
    }
    while (!pressed.empty()) {
        let_go(pressed.back());
        pressed.pop_back();
    }
    return true;
}

void GrabMachine::tap(std::uint32_t code) {
    if (press(code)) {
        let_go(code);
    }
}

void GrabMachine::send(std::uint32_t code, Press press) {
    if (is_button(code)) {
        sink_->button(code, press);
    } else {
        sink_->key(code, press);
    }
}

/// False: it is down, or nobody hears of it.
bool GrabMachine::press_in_guest(std::uint32_t code) {
    if (!is_reached_ || code >= kCodes || is_down_.test(code)) {
        return false;
    }
    is_down_.set(code);
    send(code, Press::Down);
    return true;
}

void GrabMachine::let_go(std::uint32_t code) {
    if (code < kCodes && is_down_.test(code)) {
        is_down_.reset(code);
        send(code, Press::Up);
    }
}

void GrabMachine::let_go_of_buttons() {
    for (const std::uint32_t button : kButtons) {
        let_go(button);
    }
}

void GrabMachine::press_late(const std::vector<std::uint32_t>& codes) {
    for (const std::uint32_t code : codes) {
        press(code);
    }
}

void GrabMachine::on_focus(bool has_focus) {
    is_due_from_focus_ = has_focus && grabs_at_focus_ && (!has_focus_ || is_due_from_focus_);
    has_focus_ = has_focus;
    if (!has_focus) {
        host_keys_.forget();
    }
    follow();
}

void GrabMachine::on_visibility(bool is_visible) {
    is_visible_ = is_visible;
    follow();
}

void GrabMachine::on_sink_state() {
    pointer_ = sink_ == nullptr ? PointerMode::None : sink_->state().pointer;
    follow();
}

void GrabMachine::on_grab_lost() {
    forget_wishes();
    wants_grab_ = false;
    let_go_of_buttons();
}

void GrabMachine::release() {
    is_released_ = true;
    follow();
}

void GrabMachine::follow() {
    is_reached_ =
        sink_ != nullptr && sink_->state().link == InputState::Link::Ready && !is_released_;
    is_active_ = is_reached_ && has_focus_ && is_visible_;
    if (is_active_) {
        wants_grab_ = wants_grab_ || is_due_from_start_ || is_due_from_focus_;
        forget_wishes();
        return;
    }
    wants_grab_ = false;
    if (sink_ != nullptr && is_down_.any()) {
        is_down_.reset();
        sink_->release_all();
    }
}

Grab GrabMachine::grab() const {
    if (!wants_grab_) {
        return {};
    }
    Grab grab{.keyboard = Grab::Keyboard::Taken};
    if (pointer_ == PointerMode::Absolute) {
        grab.pointer = Grab::Pointer::Confined;
    } else if (pointer_ == PointerMode::Relative) {
        grab.pointer = Grab::Pointer::Relative;
    }
    return grab;
}

}  // namespace oriel
