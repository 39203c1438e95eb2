// SPDX-License-Identifier: MIT
#include "viewer/open_presenter.h"

#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "base/log.h"
#include "present/offscreen/offscreen_presenter.h"
#include "present/wayland/wayland_presenter.h"
#include "present/x11/x11_presenter.h"

namespace oriel {
namespace {

// NOLINTBEGIN(concurrency-mt-unsafe): no other thread touches the environment

bool has_variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

/// The token is good for one window of this process, and no business of programs started here.
std::string take_activation_token() {
    constexpr const char* kName = "XDG_ACTIVATION_TOKEN";
    const char* value = std::getenv(kName);
    std::string token = value != nullptr ? value : "";
    unsetenv(kName);
    return token;
}

// NOLINTEND(concurrency-mt-unsafe)

Presenter::Follow follow_of(const ViewerOptions& options) {
    return options.resize == ViewerOptions::Resize::Guest ? Presenter::Follow::Always
                                                          : Presenter::Follow::AtFirst;
}

Result<std::unique_ptr<Presenter>> open_wayland(const ViewerOptions& options) {
    return open_wayland_presenter({.size = options.window_size,
                                   .activation_token = take_activation_token(),
                                   .output = options.place.output,
                                   .follow = follow_of(options),
                                   .mode = options.mode});
}

Result<std::unique_ptr<Presenter>> open_x11(const ViewerOptions& options) {
    if (!has_variable("DISPLAY")) {
        return Failure(Error::not_found(
            "no X display to show the picture on: DISPLAY is not set; start this in a graphical "
            "session, or use --platform offscreen"));
    }
    return open_x11_presenter({.display = "",
                               .size = options.window_size,
                               .position = options.place.position,
                               .title = "Oriel",
                               .follow = follow_of(options),
                               .mode = options.mode});
}

Result<std::unique_ptr<Presenter>> open_what_there_is(const ViewerOptions& options) {
    const bool has_x11 = has_variable("DISPLAY");
    if (has_variable("WAYLAND_DISPLAY") || has_variable("WAYLAND_SOCKET")) {
        auto opened = open_wayland(options);
        if (opened || !has_x11) {
            return opened;
        }
        log(LogLevel::Warning, fmt::format("{}; using X11", opened.error().message));
    }
    if (!has_x11) {
        return Failure(Error::not_found(
            "no display to show the picture on: neither WAYLAND_DISPLAY nor DISPLAY is set; start "
            "this in a graphical session, or use --platform offscreen"));
    }
    return open_x11(options);
}

Result<std::unique_ptr<Presenter>> open_on_platform(const ViewerOptions& options) {
    switch (options.platform) {
    case ViewerOptions::Platform::Offscreen:
        return OffscreenPresenter::open({.refresh_mhz = options.offscreen_refresh_mhz});
    case ViewerOptions::Platform::Wayland:
        return open_wayland(options);
    case ViewerOptions::Platform::X11:
        return open_x11(options);
    case ViewerOptions::Platform::Auto:
        break;
    }
    return open_what_there_is(options);
}

}  // namespace

Result<std::unique_ptr<Presenter>> open_presenter(const ViewerOptions& options) {
    ORIEL_TRY_ASSIGN(auto presenter, open_on_platform(options));
    presenter->set_vsync(options.vsync);
    presenter->set_scaling(options.scaling);
    return presenter;
}

}  // namespace oriel
