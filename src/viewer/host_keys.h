// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "input/input_sink.h"
#include "viewer/host_key.h"

namespace oriel {

/// What a person asks of the viewer itself: the host key alone, or held and another key.
enum class HostCommand : std::uint8_t {
    ToggleGrab,        ///< Pressed and let go, nothing in between.
    ToggleFullScreen,  ///< F
    Quit,              ///< Q
    ToggleOverlay,     ///< O
    ToggleHelp,        ///< H
    PressWithCtrlAlt,  ///< F1 to F12 and Delete: the guest gets it with Ctrl and Alt.
};

/// A key with the host key, for people.
struct HostCommandHelp {
    const char* key;  ///< "F"; empty: the host key alone.
    const char* what;
};

/// All of them, in the order in which a person may look for them.
std::span<const HostCommandHelp> host_command_help();

/// Sorts the keys that are pressed: the guest's, and what is for the viewer.
///
/// The first parts of a chord are held back until it is known whose they are, so that the guest
/// sees nothing of a chord; a key that follows, or let_go(), makes them the guest's. What is
/// pressed while the host key is held is never the guest's. Values only.
class HostKeys {
  public:
    explicit HostKeys(HostKey key) : key_(std::move(key)) {}

    struct Verdict {
        enum class Whose : std::uint8_t { Guests, Ours } whose = Whose::Guests;
        // NOLINTBEGIN(readability-redundant-member-init): gcc wants them, or every field named
        std::vector<std::uint32_t> late{};       ///< Held back before; to be pressed first.
        std::vector<std::uint32_t> withdrawn{};  ///< Part of a chord after all: to be let go.
        std::optional<HostCommand> command{};
        // NOLINTEND(readability-redundant-member-init)
    };

    Verdict on_key(std::uint32_t code, Press press);

    /// Something else was done, or it takes too long: what is held back, now the guest's.
    std::vector<std::uint32_t> let_go();

    bool holds_back() const { return !held_back_.empty(); }

    /// All of the host key is down, or some of it still is.
    bool is_held() const { return is_held_; }

    /// It was held for something: letting it go is no command.
    void note_use() { is_used_ = true; }

    /// Releases will not be seen any more.
    void forget();

    const HostKey& key() const { return key_; }

  private:
    Verdict on_part_down(std::uint32_t code);
    Verdict on_part_up(std::uint32_t code);
    Verdict on_other_down(std::uint32_t code);
    bool is_complete() const;

    HostKey key_;
    std::vector<std::uint32_t> down_;       ///< Keys that are parts of it.
    std::vector<std::uint32_t> held_back_;  ///< Of those, what the guest has not been told of.
    bool is_held_ = false;
    bool is_used_ = false;
};

}  // namespace oriel
