// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/linux/child_program.h"
#include "base/result.h"
#include "host/bench/bench_process.h"
#include "host/demo/demo_cookie.h"
#include "host/demo/demo_events.h"
#include "host/demo/demo_server.h"
#include "relay/geometry.h"

namespace oriel {

/// One of our programs, run with --json for a bench. It ends with this object.
class BenchProgram {
  public:
    /// `program`: "oriel" or "oriel-guest", found beside this one. It gets --json.
    static Result<BenchProgram> start(
        const std::string& program,
        std::vector<std::string> arguments,
        std::vector<std::pair<std::string, std::string>> environment = {});

    pid_t pid() const { return child_.pid(); }

    const DemoSaid& said() const { return said_; }

    /// Blocks: until it has said so. Errors: Protocol where it ends, or does not in time.
    Result<void> await(const std::function<bool(const DemoSaid&)>& is_so);

    /// Asks it to end; what it says at its end is in said().
    Result<void> end();

    /// SIGKILL; it is gone afterwards.
    void kill();

  private:
    explicit BenchProgram(ChildProgram child) : child_(std::move(child)) {}

    ChildProgram child_;
    DemoSaid said_;
};

/// A broker that is ready to serve region `name`, for one output of `size`.
Result<BenchProgram> start_bench_broker(const std::string& name, Size size);

/// The X servers of a bench: what the guest shows, and where the viewer's window is. This process
/// and those it starts can connect to both.
struct BenchScreens {
    std::shared_ptr<const DemoCookie> cookie;
    DemoServer guest;
    DemoServer host;

    static Result<BenchScreens> start(Size size);

    /// Two more with the same key: a process has but one.
    static Result<BenchScreens> start(Size size, std::shared_ptr<const DemoCookie> cookie);
};

/// An agent that captures the guest's server. It has started.
Result<BenchProgram> start_bench_agent(const std::string& target, const BenchScreens& screens);

/// A viewer with a window on the host's server, and with `more` options. It has only been started.
Result<BenchProgram> begin_bench_viewer(const std::string& target,
                                        const BenchScreens& screens,
                                        const std::vector<std::string>& more = {});

/// As above, and it has shown a picture.
Result<BenchProgram> start_bench_viewer(const std::string& target,
                                        const BenchScreens& screens,
                                        const std::vector<std::string>& more = {});

/// The seconds a bench should run: `usual`, or less where ORIEL_BENCH_SECONDS says so.
double bench_seconds(double usual);

}  // namespace oriel
