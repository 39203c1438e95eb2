// SPDX-License-Identifier: MIT
#include "viewer/idle_keeper.h"

#include <utility>

namespace oriel {

bool IdleKeeper::is_wanted() const {
    using Inhibit = ViewerOptions::InhibitIdle;
    const SessionStatus& status = link_.status();
    if (!display_.is_visible() || status.state != SessionStatus::State::Live) {
        return false;
    }
    const bool is_asked =
        status.wants_no_blanking || display_.mode() == Presenter::WindowMode::FullScreen;
    return options_.inhibit_idle == Inhibit::Always ||
           (options_.inhibit_idle == Inhibit::Auto && is_asked);
}

void IdleKeeper::follow() {
    const bool is_wanted_now = is_wanted();
    if (std::exchange(is_inhibited_, is_wanted_now) != is_wanted_now) {
        display_.presenter().set_idle_inhibit(is_wanted_now ? Presenter::Idle::Inhibited
                                                            : Presenter::Idle::Allowed);
    }
}

}  // namespace oriel
