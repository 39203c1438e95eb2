// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/linux/child_program.h"
#include "base/result.h"
#include "host/demo/demo_cookie.h"
#include "host/demo/demo_screen.h"

namespace oriel {

/// DISPLAY and its key, for programs on one of the demo's own X servers.
std::vector<std::pair<std::string, std::string>> environment_of(const std::string& display,
                                                                const DemoCookie& cookie);

/// An X server of the demo's own.
struct DemoServer {
    ChildProgram process;
    DemoScreen screen;
};

/// Starts an X server without a screen anybody sees; not up before finish_server().
/// `label`: "guest X server".
Result<ChildProgram> begin_server(const std::string& label, Size size, const DemoCookie& cookie);

/// Waits until it takes connections. Errors: it did not start.
Result<DemoServer> finish_server(ChildProgram process, const DemoCookie& cookie);

/// Real programs drawing on the guest's X server: a terminal, a clock, an animation.
class DemoScene {
  public:
    /// Of the guest's screen.
    static constexpr Size kSize{1280, 800};

    static Result<DemoScene> start(DemoScreen& guest, const DemoCookie& cookie);

    /// Stops them where they are; then draws one last thing, so that a frame later than the stop
    /// is on its way.
    void hold_still(DemoScreen& guest);

    /// Who is gone already, by label.
    std::optional<std::string> find_ended();

  private:
    std::vector<ChildProgram> programs_;
};

/// The programs a demo runs that are not ours. Errors: NotFound, naming what is missing and the
/// packages that bring it.
Result<void> check_demo_programs();

/// Where `program` is in PATH; empty where it is not.
std::string find_program(const std::string& program);

}  // namespace oriel
