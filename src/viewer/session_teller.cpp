// SPDX-License-Identifier: MIT
#include "viewer/session_teller.h"

namespace oriel {

/// As it is at each frame: no texts need be made to find out.
bool SessionTeller::is_as_told() const {
    const SessionStatus& status = link_.status();
    return status.state == SessionStatus::State::Live && told_state_ == status.state &&
           told_text_.empty() && status.explanation.empty() &&
           told_cut_off_ == status.is_picture_cut_off && picture_.has_shown_in_session();
}

void SessionTeller::follow() {
    if (is_as_told()) {
        return;
    }
    const SessionStatus& status = link_.status();
    const std::string text = link_.text();
    if (told_state_ != status.state || told_text_ != text) {
        told_state_ = status.state;
        told_text_ = text;
        window_.set_title();
        observer_.on_state(status.state, text);
    } else if (told_cut_off_ != status.is_picture_cut_off) {
        window_.set_title();
    }
    told_cut_off_ = status.is_picture_cut_off;
    picture_.follow_state(text);
}

}  // namespace oriel
