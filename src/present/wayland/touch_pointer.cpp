// SPDX-License-Identifier: MIT
#include "present/wayland/touch_pointer.h"

#include <linux/input-event-codes.h>

namespace oriel {

TouchPointer::Events TouchPointer::down(Finger finger, const std::optional<InputEvent>& place) {
    if (finger_) {
        return {};
    }
    finger_ = finger;
    Events events = move(finger, place);
    events.push_back({.kind = InputEvent::Kind::ButtonDown,
                      .code = BTN_LEFT,
                      .is_outside = !place || place->is_outside});
    return events;
}

TouchPointer::Events TouchPointer::move(Finger finger,
                                        const std::optional<InputEvent>& place) const {
    return finger_ == finger && place ? Events{*place} : Events{};
}

TouchPointer::Events TouchPointer::up(Finger finger) {
    return finger_ == finger ? cancel() : Events{};
}

TouchPointer::Events TouchPointer::cancel() {
    if (!finger_) {
        return {};
    }
    finger_.reset();
    return {{.kind = InputEvent::Kind::ButtonUp, .code = BTN_LEFT}};
}

}  // namespace oriel
