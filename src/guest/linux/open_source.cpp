// SPDX-License-Identifier: MIT
#include "guest/open_source.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "base/log.h"
#include "capture/kms/kms_source.h"
#include "capture/pattern/named_pattern.h"
#include "capture/pipewire/pipewire_source.h"
#include "capture/wayland/wayland_source.h"
#include "capture/x11/x11_source.h"

namespace oriel {
namespace {

constexpr std::array<std::string_view, 4> kOnWindows{"dxgi", "d3d12", "wgc", "gdi"};
constexpr std::string_view kKms = "kms";
constexpr std::string_view kWayland = "wayland";
constexpr std::string_view kPipewire = "pipewire";

using Opened = Result<std::unique_ptr<Source>>;

bool is_kms(std::string_view capture) {
    return capture == kKms || capture.starts_with("kms:");
}

bool is_wayland(std::string_view capture) {
    return capture == kWayland || capture.starts_with("wayland:");
}

/// What follows the colon of "kms:card0".
std::string part_of(const std::string& capture, std::string_view word) {
    return capture.substr(std::min(capture.size(), word.size() + 1));
}

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
    return value != nullptr && *value != '\0';
}

Opened open_x11(const std::string& display) {
    if (display.empty() && !is_set("DISPLAY")) {
        return Failure(Error::not_found(
            "no X server to capture: DISPLAY is not set; name one with --display :N, or use "
            "--capture kms as root"));
    }
    return open_x11_source(display);
}

/// The screen of whoever starts us, else what the kernel shows. In a Wayland session the X server
/// is only for X11 programs, and shows no screen: where the compositor lets nobody capture it by
/// its own protocols, its desktop's portal may, which asks the person; else the kernel does.
Opened open_auto(const std::string& display) {
    if (!display.empty()) {
        return open_x11(display);
    }
    std::string refusals;
    if (is_set("WAYLAND_DISPLAY")) {
        auto wayland = open_wayland_source({});
        if (wayland) {
            return wayland;
        }
        refusals = fmt::format("wayland ({}), ", wayland.error().message);
        if (is_wayland_session("")) {
            auto pipewire = open_pipewire_source();
            if (pipewire) {
                return pipewire;
            }
            refusals += fmt::format("pipewire ({}), ", pipewire.error().message);
        }
    }
    if (refusals.empty() || !is_wayland_session("")) {
        auto x11 = open_x11("");
        if (x11) {
            return x11;
        }
        refusals += fmt::format("x11 ({}), ", x11.error().message);
    }
    auto kms = open_kms_source("");
    if (kms) {
        log(LogLevel::Info,
            fmt::format("capturing by kms: not by {}", refusals.substr(0, refusals.size() - 2)));
        return kms;
    }
    return Failure(Error::not_found(fmt::format(
        "no screen to capture: not by {}and not by kms ({})", refusals, kms.error().message)));
}

}  // namespace

Result<void> check_capture(const std::string& capture) {
    if (names_pattern(capture)) {
        return check_named_pattern(capture);
    }
    if (capture == "auto" || capture == "x11" || capture == kPipewire || is_kms(capture) ||
        is_wayland(capture)) {
        return {};
    }
    if (std::ranges::find(kOnWindows, capture) != kOnWindows.end()) {
        return Failure(Error::unsupported(fmt::format(
            "--capture {} is for Windows; wayland, pipewire, x11, kms and pattern are there",
            capture)));
    }
    return Failure(Error::usage(fmt::format(
        "unknown capture source '{}': use auto, wayland, pipewire, x11, kms or pattern", capture)));
}

Opened open_source(const std::string& capture, const std::string& display) {
    ORIEL_TRY(check_capture(capture));
    if (names_pattern(capture)) {
        return open_named_pattern(capture);
    }
    if (is_kms(capture)) {
        return open_kms_source(part_of(capture, kKms));
    }
    if (is_wayland(capture)) {
        return open_wayland_source({.display = display, .output = part_of(capture, kWayland)});
    }
    if (capture == kPipewire) {
        return open_pipewire_source();
    }
    return capture == "x11" ? open_x11(display) : open_auto(display);
}

}  // namespace oriel
