// SPDX-License-Identifier: MIT
#include "present/wayland/lock_state.h"

#include <cstdlib>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <xkbcommon/xkbcommon.h>

namespace oriel {
namespace {

// XKB's usual modifiers, by which every keymap of these rules counts.
constexpr std::uint32_t kCapsLock = 1U << 1U;
constexpr std::uint32_t kNumLock = 1U << 4U;

std::string keymap_of(const char* layout) {
    xkb_context* context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
    const xkb_rule_names names{
        .rules = "evdev", .model = "pc105", .layout = layout, .variant = "", .options = ""};
    xkb_keymap* keymap = xkb_keymap_new_from_names(context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS);
    char* text = xkb_keymap_get_as_string(keymap, XKB_KEYMAP_FORMAT_TEXT_V1);
    std::string copy(text);
    std::free(text);  // NOLINT(cppcoreguidelines-no-malloc): it was made by malloc
    xkb_keymap_unref(keymap);
    xkb_context_unref(context);
    return copy;
}

TEST(WaylandLockState, KnowsNothingWithoutAKeymap) {
    WaylandLockState state;
    state.set_modifiers({.locked = kCapsLock});

    EXPECT_FALSE(state.lights());
}

TEST(WaylandLockState, ReadsLockedModifiers) {
    for (const char* layout : {"us", "de", "fr"}) {
        WaylandLockState state;
        state.set_keymap(keymap_of(layout));
        EXPECT_EQ(state.lights(), HostLocks{});

        state.set_modifiers({.locked = kCapsLock});
        EXPECT_EQ(state.lights(), HostLocks{.caps_lock = true});
        state.set_modifiers({.locked = kCapsLock | kNumLock});
        EXPECT_EQ(state.lights(), (HostLocks{.num_lock = true, .caps_lock = true}));
        state.set_modifiers({.depressed = kCapsLock});
        EXPECT_EQ(state.lights(), HostLocks{});
    }
}

TEST(WaylandLockState, ForgetsWhatItKnewWithABadKeymap) {
    WaylandLockState state;
    state.set_keymap(keymap_of("us"));

    state.set_keymap("xkb_keymap { nonsense");

    EXPECT_FALSE(state.lights());
}

}  // namespace
}  // namespace oriel
