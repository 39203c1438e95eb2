// SPDX-License-Identifier: MIT
#include "present/wayland/lock_state.h"

#include <xkbcommon/xkbcommon.h>

namespace oriel {
namespace {

struct Unref {
    void operator()(xkb_context* context) const noexcept { xkb_context_unref(context); }
};

}  // namespace

void WaylandLockState::Free::operator()(xkb_keymap* keymap) const noexcept {
    xkb_keymap_unref(keymap);
}

void WaylandLockState::Free::operator()(xkb_state* state) const noexcept {
    xkb_state_unref(state);
}

void WaylandLockState::set_keymap(std::string_view text) {
    state_.reset();
    keymap_.reset();
    // It needs no files, and its complaints are nobody's business here.
    const std::unique_ptr<xkb_context, Unref> context(
        xkb_context_new(static_cast<xkb_context_flags>(XKB_CONTEXT_NO_DEFAULT_INCLUDES |
                                                       XKB_CONTEXT_NO_ENVIRONMENT_NAMES)));
    if (!context) {
        return;
    }
    xkb_context_set_log_level(context.get(), XKB_LOG_LEVEL_CRITICAL);
    keymap_.reset(xkb_keymap_new_from_buffer(context.get(),
                                             text.data(),
                                             text.size(),
                                             XKB_KEYMAP_FORMAT_TEXT_V1,
                                             XKB_KEYMAP_COMPILE_NO_FLAGS));
    if (keymap_) {
        state_.reset(xkb_state_new(keymap_.get()));
    }
}

void WaylandLockState::set_modifiers(const Modifiers& modifiers) {
    if (state_) {
        xkb_state_update_mask(state_.get(),
                              modifiers.depressed,
                              modifiers.latched,
                              modifiers.locked,
                              0,
                              0,
                              modifiers.group);
    }
}

std::optional<HostLocks> WaylandLockState::lights() const {
    if (!state_) {
        return std::nullopt;
    }
    const auto burns = [this](const char* name) {
        return xkb_state_led_name_is_active(state_.get(), name) > 0;
    };
    return HostLocks{.scroll_lock = burns(XKB_LED_NAME_SCROLL),
                     .num_lock = burns(XKB_LED_NAME_NUM),
                     .caps_lock = burns(XKB_LED_NAME_CAPS)};
}

}  // namespace oriel
