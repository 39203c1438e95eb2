// SPDX-License-Identifier: MIT
#include "viewer/lock_sync.h"

#include <linux/input-event-codes.h>

namespace oriel {

std::vector<std::uint32_t> LockSync::keys_to_press(const LockLeds& host,
                                                   const std::optional<LockLeds>& guest) {
    if (!guest) {
        return {};
    }
    const LockLeds lit = asked_.value_or(*guest);
    std::vector<std::uint32_t> keys;
    if (lit.caps_lock != host.caps_lock) {
        keys.push_back(KEY_CAPSLOCK);
    }
    if (lit.num_lock != host.num_lock) {
        keys.push_back(KEY_NUMLOCK);
    }
    if (lit.scroll_lock != host.scroll_lock) {
        keys.push_back(KEY_SCROLLLOCK);
    }
    if (!keys.empty()) {
        asked_ = host;
    }
    return keys;
}

}  // namespace oriel
