// SPDX-License-Identifier: MIT
#include "capture/x11/blank_watch.h"

namespace oriel::x11_capture {
namespace {

constexpr Nanoseconds kPause = std::chrono::seconds(2);

}  // namespace

bool BlankWatch::is_kept_on(const Connection& connection) {
    const Nanoseconds now = monotonic_now();
    if (now < next_) {
        return is_kept_on_;
    }
    next_ = now + kPause;
    const Reply<xcb_get_screen_saver_reply_t> saver(xcb_get_screen_saver_reply(
        connection.get(), xcb_get_screen_saver(connection.get()), nullptr));
    if (saver) {
        was_on_ = was_on_ || saver->timeout != 0;
        is_kept_on_ = was_on_ && saver->timeout == 0;
    }
    return is_kept_on_;
}

}  // namespace oriel::x11_capture
