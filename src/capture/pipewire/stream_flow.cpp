// SPDX-License-Identifier: MIT
#include "capture/pipewire/stream_flow.h"

#include <chrono>
#include <utility>

namespace oriel::pipewire_capture {
namespace {

constexpr Nanoseconds kFirstPicture = std::chrono::milliseconds(200);
constexpr std::uint32_t kMaxNudges = 3;

}  // namespace

void StreamFlow::want(Flow flow, bool has_picture) {
    wanted_ = flow;
    apply(has_picture);
}

void StreamFlow::apply(bool has_picture) {
    if (wanted_ == flow_ || (wanted_ == Flow::Paused && !has_picture)) {
        return;
    }
    flow_ = wanted_;
    is_awaiting_ = flow_ == Flow::Running;
    is_nudging_ = false;
    nudges_ = 0;
    nudge_at_.reset();
    pw_stream_set_active(stream_, flow_ == Flow::Running);
}

void StreamFlow::on_state(pw_stream_state state) {
    if (state == PW_STREAM_STATE_STREAMING) {
        await_picture();
    } else if (state == PW_STREAM_STATE_PAUSED && std::exchange(is_nudging_, false) &&
               flow_ == Flow::Running) {
        pw_stream_set_active(stream_, true);
    }
}

void StreamFlow::on_format() {
    is_awaiting_ = true;
    nudges_ = 0;
    if (pw_stream_get_state(stream_, nullptr) == PW_STREAM_STATE_STREAMING) {
        await_picture();
    }
}

void StreamFlow::on_picture() {
    is_awaiting_ = false;
    nudge_at_.reset();
}

void StreamFlow::await_picture() {
    if (is_awaiting_) {
        nudge_at_ = monotonic_now() + kFirstPicture;
    }
}

void StreamFlow::nudge() {
    if (!nudge_at_ || *nudge_at_ > monotonic_now()) {
        return;
    }
    nudge_at_.reset();
    if (pw_stream_get_state(stream_, nullptr) != PW_STREAM_STATE_STREAMING) {
        return;
    }
    if (nudges_ == kMaxNudges) {
        is_awaiting_ = false;
        return;
    }
    ++nudges_;
    is_nudging_ = true;
    pw_stream_set_active(stream_, false);
}

}  // namespace oriel::pipewire_capture
