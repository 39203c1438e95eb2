// SPDX-License-Identifier: MIT
#include "host/demo/demo.h"

#include "base/linux/poll_loop.h"
#include "base/log.h"
#include "host/demo/demo_run.h"
#include "host/demo/demo_x11_guest.h"

namespace oriel {
namespace {

Result<DemoRun::Ending> run(const DemoOptions& options) {
    if (options.guest == DemoOptions::Guest::Vm) {
        return Failure(Error::unsupported(
            "a virtual machine as the demo's guest is not in this version: try `oriel demo "
            "--x11`"));
    }
    PollLoop loop;
    ORIEL_TRY(loop.stop_on_signals());
    ORIEL_TRY_ASSIGN(auto guest, DemoX11Guest::create(options.duration));
    return DemoRun(loop, options, std::move(guest)).run();
}

}  // namespace

int run_demo(const DemoOptions& options) {
    const auto ending = run(options);
    if (!ending) {
        log(LogLevel::Error, ending.error().message);
        return 1;
    }
    return *ending == DemoRun::Ending::Different ? 1 : 0;
}

}  // namespace oriel
