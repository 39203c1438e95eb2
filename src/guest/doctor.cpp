// SPDX-License-Identifier: MIT
#include "guest/doctor.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "guest/doctor_checks.h"
#include "guest/open_source.h"

namespace oriel {
namespace {

Result<void> try_display(const std::string& display) {
    if (display.empty()) {
        return {};
    }
    ORIEL_TRY(open_source("x11", display));
    return {};
}

/// Where nothing can be captured at all, that is a failure, though each way alone is none.
void require_one_picture(std::vector<Check>& checks, const Check& x11) {
    const bool has_screen = std::ranges::any_of(checks, [](const Check& check) {
        return check.name == "screen" && check.state == Check::State::Ok;
    });
    if (!has_screen && x11.state != Check::State::Ok) {
        checks.push_back(Check::fail(
            "picture", "there is nothing to capture: no lit screen, and no X server", x11.cure));
    }
}

}  // namespace

Check trace_check(const SystemFiles& files) {
    for (const char* folder : {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}) {
        if (files.exists(std::string(folder) + "/events")) {
            return Check::ok("tracing", fmt::format("{} tells when the screen changes", folder));
        }
    }
    return Check::warn("tracing",
                       "no tracefs that this process may read: where a driver has no events, the "
                       "screen is looked at again and again",
                       "mount -t tracefs none /sys/kernel/tracing, as root");
}

Check x11_check(const std::string& display, const Result<void>& opened) {
    constexpr const char* kCure = "set DISPLAY (and XAUTHORITY), or name it with --display :N";
    if (display.empty()) {
        return Check::warn("x11", "DISPLAY is not set, so no X server was tried", kCure);
    }
    if (!opened) {
        return Check::warn("x11", opened.error().message, kCure);
    }
    return Check::ok("x11", fmt::format("X server {} can be captured", display));
}

std::vector<Check> guest_checks(const SystemFiles& files, const std::string& display) {
    std::vector<Check> checks = device_checks(files);
    const std::vector<Check> screens = screen_checks(files);
    checks.insert(checks.end(), screens.begin(), screens.end());
    const Check x11 = x11_check(display, try_display(display));
    require_one_picture(checks, x11);
    checks.push_back(x11);
    checks.push_back(trace_check(files));
    return checks;
}

int run_guest_doctor(const std::string& display, CheckOutput output) {
    const char* variable = std::getenv("DISPLAY");  // NOLINT(concurrency-mt-unsafe)
    const std::string named = display.empty() && variable != nullptr ? variable : display;
    return report_checks(guest_checks(SystemFiles(), named), output);
}

}  // namespace oriel
