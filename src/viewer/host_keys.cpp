// SPDX-License-Identifier: MIT
#include "viewer/host_keys.h"

#include <algorithm>
#include <array>
#include <utility>

#include <linux/input-event-codes.h>

namespace oriel {
namespace {

std::optional<HostCommand> command_of(std::uint32_t code) {
    switch (code) {
    case KEY_F:
        return HostCommand::ToggleFullScreen;
    case KEY_Q:
        return HostCommand::Quit;
    case KEY_O:
        return HostCommand::ToggleOverlay;
    case KEY_H:
        return HostCommand::ToggleHelp;
    case KEY_DELETE:
    case KEY_F11:
    case KEY_F12:
        return HostCommand::PressWithCtrlAlt;
    default:
        break;
    }
    const bool is_function_key = code >= KEY_F1 && code <= KEY_F10;
    return is_function_key ? std::optional(HostCommand::PressWithCtrlAlt) : std::nullopt;
}

constexpr std::array kHelp = {
    HostCommandHelp{"", "take keyboard and pointer for the guest, or give them back"},
    HostCommandHelp{"F", "full screen, and back"},
    HostCommandHelp{"O", "the figures, and away"},
    HostCommandHelp{"H", "this page, and away"},
    HostCommandHelp{"Delete", "Ctrl+Alt+Delete in the guest"},
    HostCommandHelp{"F1 to F12", "Ctrl+Alt and that key in the guest"},
    HostCommandHelp{"Q", "quit"},
};

}  // namespace

std::span<const HostCommandHelp> host_command_help() {
    return kHelp;
}

HostKeys::Verdict HostKeys::on_key(std::uint32_t code, Press press) {
    if (key_.part_of(code)) {
        return press == Press::Down ? on_part_down(code) : on_part_up(code);
    }
    return press == Press::Down ? on_other_down(code) : Verdict{};
}

HostKeys::Verdict HostKeys::on_part_down(std::uint32_t code) {
    Verdict verdict{.whose = Verdict::Whose::Ours};
    if (std::ranges::find(down_, code) != down_.end()) {
        return verdict;
    }
    down_.push_back(code);
    if (is_held_) {
        return verdict;
    }
    if (!is_complete()) {
        held_back_.push_back(code);
        return verdict;
    }
    for (const std::uint32_t part : down_) {
        if (part != code && std::ranges::find(held_back_, part) == held_back_.end()) {
            verdict.withdrawn.push_back(part);
        }
    }
    held_back_.clear();
    is_held_ = true;
    is_used_ = false;
    return verdict;
}

HostKeys::Verdict HostKeys::on_part_up(std::uint32_t code) {
    Verdict verdict;
    std::erase(down_, code);
    if (!is_held_) {
        if (std::ranges::find(held_back_, code) != held_back_.end()) {
            verdict.late = let_go();
        }
        return verdict;
    }
    verdict.whose = Verdict::Whose::Ours;
    if (down_.empty()) {
        is_held_ = false;
        if (!is_used_) {
            verdict.command = HostCommand::ToggleGrab;
        }
    }
    return verdict;
}

HostKeys::Verdict HostKeys::on_other_down(std::uint32_t code) {
    if (!is_held_) {
        return {.late = let_go()};
    }
    is_used_ = true;
    return {.whose = Verdict::Whose::Ours, .command = command_of(code)};
}

std::vector<std::uint32_t> HostKeys::let_go() {
    return std::exchange(held_back_, {});
}

void HostKeys::forget() {
    down_.clear();
    held_back_.clear();
    is_held_ = false;
    is_used_ = false;
}

bool HostKeys::is_complete() const {
    std::array<bool, HostKey::kMaxParts> is_down{};
    for (const std::uint32_t code : down_) {
        if (const auto part = key_.part_of(code)) {
            is_down[*part] = true;
        }
    }
    return std::ranges::count(is_down, true) == static_cast<std::ptrdiff_t>(key_.part_count());
}

}  // namespace oriel
