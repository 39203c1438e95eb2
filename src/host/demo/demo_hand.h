// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/poll_loop.h"
#include "base/result.h"
#include "host/demo/demo_guest.h"
#include "input/input_sink.h"

namespace oriel {

/// Who types in a demo.
class DemoHand {
  public:
    virtual ~DemoHand() = default;

    /// `code` is a KEY_... of linux/input-event-codes.h. Sent at once.
    virtual void key(std::uint32_t code, Press press) = 0;
};

/// Types into the viewer's window, as a person at its X server would: the viewer gets the keys and
/// sends them on. For an X server of the demo's own.
/// Errors: Unsupported where the server has no XTEST.
Result<std::unique_ptr<DemoHand>> hand_at_window(const DemoWindow& window);

/// Types straight into the guest, past the viewer, through what `target` names, as --input takes
/// it. Errors: as open_input(); Protocol where no connection comes about.
Result<std::unique_ptr<DemoHand>> hand_at_guest(const std::string& target, DemoStage& stage);

/// Presses and releases each, with a pause in between.
Result<void> type_keys(DemoHand& hand, std::span<const std::uint32_t> codes, DemoStage& stage);

}  // namespace oriel
