// SPDX-License-Identifier: MIT
#include "present/wayland/input_queue.h"

namespace oriel {

void WaylandInputQueue::tell(const InputEvent& event) {
    auto* last = told_.empty() ? nullptr : std::get_if<InputEvent>(&told_.back());
    if (last == nullptr || last->kind != event.kind) {
        told_.emplace_back(event);
    } else if (event.kind == InputEvent::Kind::Motion) {
        *last = event;
    } else if (event.kind == InputEvent::Kind::RelativeMotion) {
        last->x += event.x;
        last->y += event.y;
    } else {
        told_.emplace_back(event);
    }
}

}  // namespace oriel
