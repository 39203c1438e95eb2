// SPDX-License-Identifier: MIT
#include "host/demo/demo.h"

#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "base/output.h"
#include "base/poll_loop.h"
#include "host/demo/demo_run.h"
#include "host/demo/demo_vm_guest.h"
#include "host/demo/demo_x11_guest.h"

namespace oriel {
namespace {

/// While signals still end the program at once: there may be a download.
Result<std::unique_ptr<DemoGuest>> find_guest(const DemoOptions& options) {
    if (options.guest == DemoOptions::Guest::X11) {
        return DemoX11Guest::create(options.duration);
    }
    auto parts = find_demo_machine();
    if (parts) {
        return std::make_unique<DemoVmGuest>(std::move(*parts), options.duration);
    }
    if (options.guest == DemoOptions::Guest::Vm) {
        return Failure(std::move(parts).error());
    }
    print_line(fmt::format("No virtual machine ({}): an X server plays the guest, as with --x11.",
                           parts.error().message));
    return DemoX11Guest::create(options.duration);
}

Result<DemoRun::Ending> run(const DemoOptions& options) {
    ORIEL_TRY_ASSIGN(auto guest, find_guest(options));
    PollLoop loop;
    ORIEL_TRY(loop.stop_on_signals());
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
