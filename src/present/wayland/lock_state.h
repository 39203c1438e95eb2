// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "present/presenter.h"

struct xkb_keymap;
struct xkb_state;

namespace oriel {

/// Which lock lights burn, from a keyboard's keymap and what of its modifiers is on.
class WaylandLockState {
  public:
    /// XKB's text format; anything else: nothing is known until the next one.
    void set_keymap(std::string_view text);

    struct Modifiers {
        std::uint32_t depressed = 0;
        std::uint32_t latched = 0;
        std::uint32_t locked = 0;
        std::uint32_t group = 0;
    };

    void set_modifiers(const Modifiers& modifiers);

    /// Empty without a keymap. A light that it does not name is dark.
    std::optional<HostLocks> lights() const;

  private:
    struct Free {
        void operator()(xkb_keymap* keymap) const noexcept;
        void operator()(xkb_state* state) const noexcept;
    };

    std::unique_ptr<xkb_keymap, Free> keymap_;
    std::unique_ptr<xkb_state, Free> state_;
};

}  // namespace oriel
