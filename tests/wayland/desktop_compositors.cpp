// SPDX-License-Identifier: MIT
// The compositors of GNOME and KDE, each with a session bus of its own.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>

#include "base/clock.h"
#include "wayland/compositor.h"
#include "wayland/other_system.h"

namespace oriel::test {
namespace {

constexpr Nanoseconds kSessionLimit = std::chrono::seconds(10);

/// Nothing of whoever runs the tests: no settings, no session, no system services.
std::vector<std::pair<std::string, std::string>> desktop_environment(const std::string& folder,
                                                                     const std::string& bus) {
    return {{"XDG_RUNTIME_DIR", folder},
            {"HOME", folder},
            {"XDG_CONFIG_HOME", folder + "/config"},
            {"XDG_DATA_HOME", folder + "/data"},
            {"XDG_STATE_HOME", folder + "/state"},
            {"XDG_CACHE_HOME", folder + "/cache"},
            {"XDG_CURRENT_DESKTOP", ""},
            {"DBUS_SESSION_BUS_ADDRESS", bus},
            {"DBUS_SYSTEM_BUS_ADDRESS", "unix:path=" + folder + "/no-system-bus"},
            {"LC_ALL", "C.UTF-8"}};
}

/// Windows have no frame, and are in the upper left corner but for one with the title "other".
constexpr const char* kRules = R"([General]
count=2
rules=other,all
[other]
title=other
titlematch=1
position=300,300
positionrule=2
[all]
wmclass=oriel
wmclassmatch=1
noborder=true
noborderrule=2
position=0,0
positionrule=2
)";

/// KWin takes a scale on its command line, and then one of its own making that suits the screen,
/// but for what it finds remembered here (kwinoutputconfig.json).
std::string remembered_output(const std::string& name, Size mode, double scale) {
    return fmt::format(
        R"([{{"name": "outputs", "data": [{{"connectorName": "{}", "scale": {},
             "mode": {{"width": {}, "height": {}, "refreshRate": 60000}}}}]}},
            {{"name": "setups", "data": [{{"lidClosed": false, "outputs": [
             {{"enabled": true, "outputIndex": 0, "position": {{"x": 0, "y": 0}},
               "priority": 0}}]}}]}}])",
        name,
        scale,
        mode.width,
        mode.height);
}

}  // namespace

std::string Compositor::why_no_desktops() {
    const std::string root = other_system();
    if (root.empty()) {
        return "mutter and KWin are run by make test-debian-13 alone (ORIEL_COMPOSITOR_ROOT)";
    }
    for (const char* program : {"mutter", "kwin_wayland"}) {
        if (!std::filesystem::exists(root + "/usr/bin/" + program)) {
            return fmt::format("there is no {} in {}: make-compositor-root", program, root);
        }
    }
    return {};
}

Result<Compositor> Compositor::start_mutter(Size output) {
    ORIEL_TRY_ASSIGN(Compositor compositor, in_new_folder());
    const std::string settings = compositor.folder() + "/config/glib-2.0/settings";
    std::error_code ignored;
    std::filesystem::create_directories(settings, ignored);
    std::ofstream(settings + "/keyfile") << "[org/gnome/mutter]\ncenter-new-windows=false\n";
    ORIEL_TRY(compositor.start_bus());
    // Without it nobody plays a hand there (DesktopHand).
    ORIEL_TRY(compositor.start_around(
        {.label = "PipeWire",
         .arguments = in_other_system({"pipewire"}),
         .environment = desktop_environment(compositor.folder(), compositor.bus())},
        "pipewire-0"));
    ORIEL_TRY(compositor.run_desktop(
        {.label = "mutter",
         .arguments = {"mutter",
                       "--headless",
                       "--wayland",
                       "--no-x11",
                       fmt::format("--virtual-monitor={}x{}", output.width, output.height),
                       "--wayland-display=wayland-1"},
         .environment = {{"GSETTINGS_BACKEND", "keyfile"},
                         // A window that grows gets its first frame's answer a second late.
                         {"MUTTER_DEBUG_DISABLE_ANIMATIONS", "1"}}}));
    return compositor;
}

Result<Compositor> Compositor::start_kwin(Size output) {
    ORIEL_TRY_ASSIGN(Compositor compositor, in_new_folder());
    ORIEL_TRY(
        compositor.run_kwin({"--virtual"}, remembered_output("Virtual-0", output, 1), output));
    return compositor;
}

Result<Compositor> Compositor::start_kwin_on_x11(Size output,
                                                 double scale,
                                                 const std::string& display) {
    ORIEL_TRY_ASSIGN(Compositor compositor, in_new_folder());
    ORIEL_TRY(compositor.run_kwin(
        {"--x11-display=" + display}, remembered_output("X11-0", output, scale), output));
    return compositor;
}

Result<void> Compositor::run_kwin(const std::vector<std::string>& backend,
                                  const std::string& remembered,
                                  Size output) {
    const std::string config = folder() + "/config";
    std::error_code ignored;
    std::filesystem::create_directory(config, ignored);
    std::ofstream(config + "/kwinrulesrc") << kRules;
    std::ofstream(config + "/kwinoutputconfig.json") << remembered;
    ORIEL_TRY(start_bus());
    ChildCommand command{.label = "KWin",
                         .arguments = {"kwin_wayland",
                                       "--socket=wayland-1",
                                       "--no-lockscreen",
                                       fmt::format("--width={}", output.width),
                                       fmt::format("--height={}", output.height)},
                         .environment = {{"KWIN_COMPOSE", "Q"},
                                         {"KWIN_WAYLAND_NO_PERMISSION_CHECKS", "1"},
                                         {"QT_LOGGING_RULES", "*=false"}}};
    command.arguments.insert(command.arguments.end(), backend.begin(), backend.end());
    return run_desktop(std::move(command));
}

Result<void> Compositor::start_bus() {
    const std::string config = folder() + "/bus.conf";
    std::ofstream(config) << fmt::format(
        "<busconfig><type>session</type><listen>{}</listen><policy context=\"default\">"
        "<allow send_destination=\"*\"/><allow receive_sender=\"*\"/><allow own=\"*\"/>"
        "</policy></busconfig>",
        bus());
    return start_around({.label = "session bus",
                         .arguments = {"dbus-daemon", "--nofork", "--config-file=" + config},
                         .environment = {}},
                        "bus");
}

Result<void> Compositor::start_around(ChildCommand command, const std::string& socket) {
    command.last_signal = SIGKILL;
    ORIEL_TRY_ASSIGN(ChildProgram program, ChildProgram::start(command));
    session_.push_back(std::move(program));
    const Nanoseconds give_up = monotonic_now() + kSessionLimit;
    while (!std::filesystem::exists(folder() + "/" + socket)) {
        if (session_.back().has_ended() || monotonic_now() > give_up) {
            return Failure(Error::not_found(command.label + " did not start"));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return {};
}

Result<void> Compositor::run_desktop(ChildCommand command) {
    command.arguments = in_other_system(std::move(command.arguments));
    const auto more = desktop_environment(folder(), bus());
    command.environment.insert(command.environment.end(), more.begin(), more.end());
    command.last_signal = SIGKILL;
    return run(std::move(command));
}

}  // namespace oriel::test
