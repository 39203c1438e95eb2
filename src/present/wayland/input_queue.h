// SPDX-License-Identifier: MIT
#pragma once

#include <utility>
#include <variant>
#include <vector>

#include "present/presenter.h"

namespace oriel {

/// What seats' devices tell, in its order, until the presenter hands it on. Values only.
class WaylandInputQueue {
  public:
    struct Focus {
        bool is_ours;
    };

    using Told = std::variant<Focus, InputEvent>;

    void tell_focus(bool is_ours) { told_.emplace_back(Focus{is_ours}); }

    /// Of motions in a row the guest gets one: the last place, or the sum.
    void tell(const InputEvent& event);

    bool is_empty() const { return told_.empty(); }

    std::vector<Told> take() { return std::exchange(told_, {}); }

  private:
    std::vector<Told> told_;
};

}  // namespace oriel
