// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "present/presenter.h"

namespace oriel {

/// What a person asks of the viewer itself: Right Ctrl held, and a letter.
enum class HostCommand : std::uint8_t { ToggleFullScreen, Quit };

/// Watches the keys go by.
class HostKeys {
  public:
    std::optional<HostCommand> on_input(const InputEvent& event);

    void on_focus_lost() { is_held_ = false; }

  private:
    bool is_held_ = false;
};

}  // namespace oriel
