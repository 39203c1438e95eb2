// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/linux/child_program.h"
#include "base/result.h"
#include "host/demo/demo_cookie.h"
#include "host/demo/demo_screen.h"

namespace oriel {

/// Real programs drawing on the guest's X server: a terminal, a clock, an animation.
class DemoScene {
  public:
    static Result<DemoScene> start(DemoScreen& guest, const DemoCookie& cookie);

    /// Stops them where they are; then draws one last thing, so that a frame later than the stop
    /// is on its way.
    void hold_still(DemoScreen& guest);

    /// Who is gone already, by label.
    std::optional<std::string> find_ended();

  private:
    std::vector<ChildProgram> programs_;
};

}  // namespace oriel
