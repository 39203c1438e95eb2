// SPDX-License-Identifier: MIT
#include "guest/doctor.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "capture/pipewire/pipewire_source.h"
#include "capture/wayland/wayland_source.h"
#include "guest/linux/doctor_checks.h"
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

/// Returns: what it is called.
Result<std::string> try_compositor(const std::string& display) {
    ORIEL_TRY_ASSIGN(const auto source, open_source("wayland", display));
    return source->description();
}

/// Where nothing can be captured at all, that is a failure, though each way alone is none.
void require_one_picture(std::vector<Check>& checks) {
    const bool has_one = std::ranges::any_of(checks, [](const Check& check) {
        return check.state == Check::State::Ok &&
               (check.name == "screen" || check.name == "wayland" || check.name == "portal" ||
                check.name == "x11");
    });
    if (!has_one) {
        checks.push_back(Check::fail(
            "picture",
            "there is nothing to capture: no lit screen, no compositor, and no X server",
            checks.back().cure));
    }
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return value != nullptr ? value : "";
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

Check wayland_check(const Result<std::string>& opened) {
    if (!opened) {
        return Check::warn("wayland",
                           opened.error().message,
                           "name it with --capture wayland --display NAME, or use --capture kms");
    }
    return Check::ok("wayland", fmt::format("{} can be captured", *opened));
}

Check portal_check(const Result<void>& probed) {
    if (!probed) {
        return Check::warn("portal",
                           probed.error().message,
                           "run oriel-guest in the desktop's session, or use --capture kms");
    }
    return Check::ok("portal", "the desktop portal shares screens: --capture pipewire");
}

std::vector<Check> guest_checks(const SystemFiles& files, const GuestDisplays& displays) {
    std::vector<Check> checks = device_checks(files);
    const std::vector<Check> screens = screen_checks(files);
    checks.insert(checks.end(), screens.begin(), screens.end());
    Result<std::string> wayland = Failure(Error::not_found(""));
    Result<void> portal = Failure(Error::not_found(""));
    if (!displays.wayland.empty()) {
        wayland = try_compositor(displays.wayland);
        checks.push_back(wayland_check(wayland));
        if (!wayland && is_wayland_session(displays.wayland)) {
            portal = probe_pipewire_portal();
            checks.push_back(portal_check(portal));
        }
    }
    // A compositor's X server shows no screen.
    if (!wayland && !portal) {
        checks.push_back(x11_check(displays.x11, try_display(displays.x11)));
    }
    require_one_picture(checks);
    checks.push_back(trace_check(files));
    return checks;
}

int run_guest_doctor(const std::string& display, CheckOutput output) {
    const GuestDisplays displays{.x11 = display.empty() ? variable("DISPLAY") : display,
                                 .wayland = variable("WAYLAND_DISPLAY")};
    return report_checks(guest_checks(SystemFiles(), displays), output);
}

}  // namespace oriel
