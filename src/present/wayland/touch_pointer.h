// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "present/presenter.h"

namespace oriel {

/// Makes a pointer of a finger: it goes there with the left button down, and lets go of it where
/// the finger is lifted. While one is down all others are nobody's, for as long as each is down.
/// Values only.
class TouchPointer {
  public:
    using Events = std::vector<InputEvent>;
    using Finger = std::int32_t;

    /// `place`: of motion_to(); nothing where there is no picture.
    Events down(Finger finger, const std::optional<InputEvent>& place);
    Events move(Finger finger, const std::optional<InputEvent>& place) const;
    Events up(Finger finger);

    /// The touch was meant for somebody else: as if all fingers were lifted.
    Events cancel();

    bool is_down() const { return finger_.has_value(); }

  private:
    std::optional<Finger> finger_;
};

}  // namespace oriel
