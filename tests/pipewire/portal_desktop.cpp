// SPDX-License-Identifier: MIT
#include "pipewire/portal_desktop.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.h"

namespace oriel::test {
namespace {

constexpr Nanoseconds kPatience = std::chrono::seconds(10);

void write_file(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

}  // namespace

Result<std::unique_ptr<PortalDesktop>> PortalDesktop::start() {
    std::string folder = "/tmp/oriel-desktop-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) {
        return Failure(Error::system("make a folder for a desktop", errno));
    }
    std::unique_ptr<PortalDesktop> desktop(new PortalDesktop);
    desktop->folder_ = folder;
    write_file(folder + "/bus.conf",
               fmt::format("<busconfig><type>session</type><listen>{}</listen>"
                           "<policy context=\"default\"><allow send_destination=\"*\"/>"
                           "<allow receive_sender=\"*\"/><allow own=\"*\"/></policy></busconfig>",
                           desktop->bus_address()));
    write_file(folder + "/mock.portal",
               fmt::format("[portal]\nDBusName={}\n"
                           "Interfaces=org.freedesktop.impl.portal.ScreenCast;\nUseIn=mock;\n",
                           PortalBackend::kName));
    write_file(folder + "/portals.conf", "[preferred]\ndefault=mock\n");
    ORIEL_TRY(
        desktop->run("bus", {"dbus-daemon", "--nofork", "--config-file=" + folder + "/bus.conf"}));
    ORIEL_TRY(desktop->wait_for_file(folder + "/bus"));
    desktop->pipewire_ = desktop->programs_.size();
    ORIEL_TRY(desktop->run("PipeWire", {"pipewire"}));
    ORIEL_TRY(desktop->wait_for_file(desktop->pipewire()));
    ORIEL_TRY(desktop->run("session manager", {"wireplumber"}));
    ORIEL_TRY_ASSIGN(desktop->backend_, PortalBackend::start(desktop->bus_address()));
    ORIEL_TRY(desktop->run("permission store", {"/usr/libexec/xdg-permission-store"}));
    ORIEL_TRY(desktop->run("portal", {"/usr/libexec/xdg-desktop-portal"}));
    ORIEL_TRY(desktop->wait_for_portal());
    return desktop;
}

PortalDesktop::~PortalDesktop() {
    backend_.reset();
    while (!programs_.empty()) {
        programs_.pop_back();
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::vector<std::pair<std::string, std::string>> PortalDesktop::environment() const {
    return {{"DBUS_SESSION_BUS_ADDRESS", bus_address()},
            {"XDG_RUNTIME_DIR", folder_},
            {"XDG_CONFIG_HOME", folder_ + "/config"},
            {"XDG_DATA_HOME", folder_ + "/data"},
            {"XDG_STATE_HOME", folder_ + "/state"},
            {"XDG_CACHE_HOME", folder_ + "/cache"},
            {"XDG_CURRENT_DESKTOP", "mock"},
            {"XDG_DESKTOP_PORTAL_DIR", folder_}};
}

void PortalDesktop::enter() const {
    for (const auto& [name, value] : environment()) {
        ::setenv(name.c_str(), value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    }
}

void PortalDesktop::end_pipewire() {
    programs_[pipewire_].send(SIGKILL);
    programs_[pipewire_].wait(std::chrono::seconds(2));
}

Result<void> PortalDesktop::run(const std::string& label, std::vector<std::string> arguments) {
    ORIEL_TRY_ASSIGN(ChildProgram program,
                     ChildProgram::start({.label = label,
                                          .arguments = std::move(arguments),
                                          .environment = environment(),
                                          .last_signal = SIGKILL}));
    programs_.push_back(std::move(program));
    return {};
}

Result<void> PortalDesktop::wait_for_file(const std::string& path) const {
    const Nanoseconds give_up = monotonic_now() + kPatience;
    while (::access(path.c_str(), F_OK) != 0) {
        if (monotonic_now() > give_up) {
            return Failure(Error::not_found("nothing came up at " + path));
        }
        ::usleep(2000);
    }
    return {};
}

Result<void> PortalDesktop::wait_for_portal() const {
    sd_bus* bus = nullptr;
    sd_bus_new(&bus);
    sd_bus_set_address(bus, bus_address().c_str());
    sd_bus_set_bus_client(bus, 1);
    sd_bus_start(bus);
    const Nanoseconds give_up = monotonic_now() + kPatience;
    bool is_there = false;
    while (!is_there && monotonic_now() < give_up) {
        std::uint32_t types = 0;
        is_there = sd_bus_get_property_trivial(bus,
                                               "org.freedesktop.portal.Desktop",
                                               "/org/freedesktop/portal/desktop",
                                               "org.freedesktop.portal.ScreenCast",
                                               "AvailableSourceTypes",
                                               nullptr,
                                               'u',
                                               &types) >= 0 &&
                   types != 0;
        ::usleep(10'000);
    }
    sd_bus_close_unref(bus);
    return is_there ? Result<void>()
                    : Result<void>(Failure(Error::not_found("no desktop portal came up")));
}

}  // namespace oriel::test
