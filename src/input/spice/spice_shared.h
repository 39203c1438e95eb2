// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <mutex>

#include "base/linux/event_fd.h"
#include "input/input_queue.h"
#include "input/input_sink.h"
#include "input/screen_exchange.h"

namespace oriel {

/// What the viewer's thread and the GLib thread both see of a SPICE connection. All of it but the
/// screen, which has a lock of its own, is under `mutex`, which nobody holds for longer than a few
/// lines.
struct SpiceShared {
    std::mutex mutex;
    std::condition_variable changed;  ///< For who waits for the end.
    InputQueue queue;
    InputState state;
    bool has_ended = false;
    UniqueFd news;  ///< An eventfd: `state` is another one, or `screen` has something.
    ScreenExchange screen{[this] {
        ring_event_fd(news);
    }};
};

}  // namespace oriel
