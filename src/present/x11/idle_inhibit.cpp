// SPDX-License-Identifier: MIT
#include "present/x11/idle_inhibit.h"

#include <xcb/screensaver.h>

namespace oriel {

bool X11IdleInhibit::is_known() {
    if (!is_known_) {
        xcb_connection_t* const raw = connection_->get();
        const xcb_query_extension_reply_t* const extension =
            xcb_get_extension_data(raw, &xcb_screensaver_id);
        is_known_ = extension != nullptr && extension->present != 0;
        if (*is_known_) {
            const XcbReply<xcb_screensaver_query_version_reply_t> version(
                xcb_screensaver_query_version_reply(
                    raw, xcb_screensaver_query_version(raw, 1, 1), nullptr));
            is_known_ = version &&
                        (version->server_major_version > 1 || version->server_minor_version >= 1);
        }
    }
    return *is_known_;
}

void X11IdleInhibit::set(Presenter::Idle idle) {
    // The server counts: each suspension needs an end of its own.
    if (idle == idle_ || !is_known()) {
        return;
    }
    idle_ = idle;
    xcb_screensaver_suspend(connection_->get(), idle == Presenter::Idle::Inhibited ? 1 : 0);
    xcb_flush(connection_->get());
}

}  // namespace oriel
