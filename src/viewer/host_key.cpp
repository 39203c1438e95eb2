// SPDX-License-Identifier: MIT
#include "viewer/host_key.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <linux/input-event-codes.h>

namespace oriel {
namespace {

struct Named {
    std::string_view typed;
    std::string_view shown;
    std::uint32_t left;
    std::uint32_t right;
};

constexpr std::array kNames = {
    Named{"rightctrl", "Right Ctrl", KEY_RIGHTCTRL, KEY_RIGHTCTRL},
    Named{"leftctrl", "Left Ctrl", KEY_LEFTCTRL, KEY_LEFTCTRL},
    Named{"ctrl", "Ctrl", KEY_LEFTCTRL, KEY_RIGHTCTRL},
    Named{"rightalt", "Right Alt", KEY_RIGHTALT, KEY_RIGHTALT},
    Named{"leftalt", "Left Alt", KEY_LEFTALT, KEY_LEFTALT},
    Named{"alt", "Alt", KEY_LEFTALT, KEY_RIGHTALT},
    Named{"rightshift", "Right Shift", KEY_RIGHTSHIFT, KEY_RIGHTSHIFT},
    Named{"leftshift", "Left Shift", KEY_LEFTSHIFT, KEY_LEFTSHIFT},
    Named{"shift", "Shift", KEY_LEFTSHIFT, KEY_RIGHTSHIFT},
    Named{"rightsuper", "Right Super", KEY_RIGHTMETA, KEY_RIGHTMETA},
    Named{"leftsuper", "Left Super", KEY_LEFTMETA, KEY_LEFTMETA},
    Named{"super", "Super", KEY_LEFTMETA, KEY_RIGHTMETA},
    Named{"menu", "Menu", KEY_COMPOSE, KEY_COMPOSE},
    Named{"scrolllock", "Scroll Lock", KEY_SCROLLLOCK, KEY_SCROLLLOCK},
    Named{"pause", "Pause", KEY_PAUSE, KEY_PAUSE},
};

Error unknown_key(std::string_view text) {
    std::string names;
    for (const Named& name : kNames) {
        names += fmt::format("{}{}", names.empty() ? "" : ", ", name.typed);
    }
    return Error::usage(
        fmt::format("--host-key {}: not up to {} different keys joined by +; there are {}",
                    text,
                    HostKey::kMaxParts,
                    names));
}

}  // namespace

HostKey::HostKey() : parts_{{KEY_RIGHTCTRL, KEY_RIGHTCTRL}}, name_("Right Ctrl") {}

Result<HostKey> HostKey::parse(std::string_view text) {
    HostKey key;
    key.parts_.clear();
    key.name_.clear();
    std::string_view rest = text;
    bool is_last = false;
    while (!is_last) {
        const std::size_t end = rest.find('+');
        is_last = end == std::string_view::npos;
        const std::string_view typed = rest.substr(0, end);
        rest.remove_prefix(is_last ? rest.size() : end + 1);
        const auto* const found = std::ranges::find(kNames, typed, &Named::typed);
        if (found == kNames.end() || key.parts_.size() == kMaxParts || key.part_of(found->left) ||
            key.part_of(found->right)) {
            return Failure(unknown_key(text));
        }
        key.parts_.push_back({found->left, found->right});
        key.name_ += fmt::format("{}{}", key.name_.empty() ? "" : "+", found->shown);
    }
    return key;
}

std::optional<std::size_t> HostKey::part_of(std::uint32_t code) const {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        if (parts_[i].left == code || parts_[i].right == code) {
            return i;
        }
    }
    return std::nullopt;
}

}  // namespace oriel
