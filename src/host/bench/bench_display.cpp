// SPDX-License-Identifier: MIT
#include "host/bench/bench_display.h"

#include <utility>

namespace oriel {

void BenchDisplay::refresh_now(PresenterListener& listener) {
    if (!pending_) {
        return;
    }
    const auto before = std::exchange(on_screen_, std::exchange(pending_, std::nullopt));
    if (before) {
        listener.on_released(*before);
    }
    listener.on_shown(*on_screen_, monotonic_now());
}

Result<void> BenchDisplay::show(const PresentFrame& frame, const Damage& /*damage*/) {
    pending_ = frame.token;
    last_sequence_ = frame.info.sequence;
    return {};
}

}  // namespace oriel
