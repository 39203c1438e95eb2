// SPDX-License-Identifier: MIT
#include "viewer/host_keys.h"

#include <linux/input-event-codes.h>

namespace oriel {

std::optional<HostCommand> HostKeys::on_input(const InputEvent& event) {
    const bool is_key =
        event.kind == InputEvent::Kind::KeyDown || event.kind == InputEvent::Kind::KeyUp;
    if (!is_key) {
        return std::nullopt;
    }
    const bool is_down = event.kind == InputEvent::Kind::KeyDown;
    if (event.code == KEY_RIGHTCTRL) {
        is_held_ = is_down;
        return std::nullopt;
    }
    if (!is_held_ || !is_down) {
        return std::nullopt;
    }
    switch (event.code) {
    case KEY_F:
        return HostCommand::ToggleFullScreen;
    case KEY_Q:
        return HostCommand::Quit;
    default:
        return std::nullopt;
    }
}

}  // namespace oriel
