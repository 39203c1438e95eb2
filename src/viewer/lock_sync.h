// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "input/input_sink.h"

namespace oriel {

/// Finds the lock keys to press in the guest so that its lights become the host's: somebody may
/// have pressed them elsewhere meanwhile. Values only.
///
/// A guest takes its time to switch a light; until it tells of one, those asked for last count as
/// lit, so that nothing is pressed twice, nor ever again for a guest that has no such light.
class LockSync {
  public:
    /// Codes (KEY_...). Nothing where the guest does not tell its lights.
    std::vector<std::uint32_t> keys_to_press(const LockLeds& host,
                                             const std::optional<LockLeds>& guest);

    /// The guest told of its lights.
    void guest_told() { asked_.reset(); }

  private:
    std::optional<LockLeds> asked_;
};

}  // namespace oriel
