// SPDX-License-Identifier: MIT
#include "host/demo/demo.h"

#include "base/linux/poll_loop.h"
#include "base/log.h"
#include "host/demo/demo_run.h"

namespace oriel {

int run_demo(const DemoOptions& options) {
    if (options.guest == DemoOptions::Guest::Vm) {
        log(LogLevel::Error,
            "a virtual machine as the demo's guest is not in this version: try `oriel demo --x11`");
        return 1;
    }
    PollLoop loop;
    Result<DemoRun::Ending> ending = DemoRun::Ending::Different;
    if (auto stops = loop.stop_on_signals(); !stops) {
        ending = Failure(std::move(stops).error());
    } else {
        DemoRun run(loop, options);
        ending = run.run();
    }
    if (!ending) {
        log(LogLevel::Error, ending.error().message);
        return 1;
    }
    return *ending == DemoRun::Ending::Different ? 1 : 0;
}

}  // namespace oriel
