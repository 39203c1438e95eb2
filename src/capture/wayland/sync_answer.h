// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <wayland-client.h>

namespace oriel::wayland_capture {

/// A question whose answer comes behind all that was asked of the compositor before.
///
/// Lifetime: the display outlives it; stays where it is.
class SyncAnswer {
  public:
    explicit SyncAnswer(wl_display* display) : callback_(wl_display_sync(display)) {
        static constexpr wl_callback_listener kListener = {
            .done = [](void* has_come, wl_callback* /*callback*/, std::uint32_t /*data*/) {
                *static_cast<bool*>(has_come) = true;
            }};
        wl_callback_add_listener(callback_, &kListener, &has_come_);
    }

    ~SyncAnswer() { wl_callback_destroy(callback_); }

    SyncAnswer(const SyncAnswer&) = delete;
    SyncAnswer& operator=(const SyncAnswer&) = delete;

    /// Once the display's events have been dispatched up to it.
    const bool& has_come() const { return has_come_; }

  private:
    wl_callback* callback_;
    bool has_come_ = false;
};

}  // namespace oriel::wayland_capture
