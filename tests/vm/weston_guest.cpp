// SPDX-License-Identifier: MIT
#include "vm/weston_guest.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "host/machine/guest_program.h"

namespace oriel::testing_support {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLibraries = "/usr/lib/x86_64-linux-gnu";
constexpr const char* kUdev = "/usr/bin/udevadm";
constexpr const char* kEnvironment = "XDG_RUNTIME_DIR=/run/weston WAYLAND_DISPLAY=wayland-1";

/// Folders that are read as they are: keyboards, and where libglvnd finds Mesa.
constexpr const char* kKeyboards = "/usr/share/X11/xkb";
constexpr const char* kGlVendors = "/usr/share/glvnd/egl_vendor.d";

/// Enough for keyboards to be told from mice.
constexpr std::array kRules{"/usr/lib/udev/rules.d/50-udev-default.rules",
                            "/usr/lib/udev/rules.d/60-input-id.rules"};

/// The folder of Weston's modules: libweston-10 of Weston 10.
std::string module_folder() {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(kLibraries, none)) {
        if (entry.is_directory() && fs::exists(entry.path() / "drm-backend.so")) {
            return entry.path();
        }
    }
    return fmt::format("{}/libweston", kLibraries);
}

/// Programs, and modules that are loaded by name, so that no program names them.
std::vector<std::string> programs_of(WestonRenderer renderer) {
    const std::string modules = module_folder();
    std::vector<std::string> programs{"/usr/bin/weston",
                                      "/usr/bin/" + weston_client(renderer),
                                      kUdev,
                                      modules + "/drm-backend.so",
                                      fmt::format("{}/weston/kiosk-shell.so", kLibraries)};
    if (renderer == WestonRenderer::Gl) {
        programs.push_back(modules + "/gl-renderer.so");
        for (const char* name : {"libEGL.so.1",
                                 "libEGL_mesa.so.0",
                                 "libGLESv2.so.2",
                                 "dri/kms_swrast_dri.so",
                                 "dri/swrast_dri.so"}) {
            programs.push_back(fmt::format("{}/{}", kLibraries, name));
        }
    }
    return programs;
}

Result<std::string> write_configuration(const std::string& folder) {
    std::string path = folder + "/weston.ini";
    std::ofstream file(path);
    file << "[core]\nshell=kiosk-shell.so\nidle-time=0\n"
            "[output]\nname=Virtual-1\nmode=SIZE\n";
    file.close();
    if (!file) {
        return Failure(Error::system("write " + path, errno));
    }
    return path;
}

void add_folder(std::vector<GuestFile>& files, const char* folder) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files.push_back({entry.path(), entry.path().string().substr(1), 0644});
        }
    }
}

}  // namespace

std::string why_no_weston(WestonRenderer renderer) {
    std::vector<std::string> needed = programs_of(renderer);
    needed.insert(needed.end(), kRules.begin(), kRules.end());
    for (const std::string& path : needed) {
        if (!fs::exists(path)) {
            return path + " is not there";
        }
    }
    return {};
}

std::string weston_client(WestonRenderer renderer) {
    return renderer == WestonRenderer::Gl ? "weston-simple-egl" : "weston-simple-shm";
}

Result<GuestAdditions> weston_additions(WestonRenderer renderer, const std::string& folder) {
    std::vector<GuestFile> programs;
    for (const std::string& path : programs_of(renderer)) {
        programs.push_back({path, path.substr(1)});
    }
    programs.push_back({kUdev, "bin/systemd-udevd"});
    GuestAdditions additions;
    ORIEL_TRY_ASSIGN(additions.files, with_libraries(std::move(programs)));
    ORIEL_TRY_ASSIGN(const std::string configuration, write_configuration(folder));
    additions.files.push_back({configuration, "etc/weston.ini", 0644});
    for (const char* rules : kRules) {
        additions.files.push_back({rules, std::string(rules).substr(1), 0644});
    }
    add_folder(additions.files, kKeyboards);
    if (renderer == WestonRenderer::Gl) {
        add_folder(additions.files, kGlVendors);
        additions.memory_mib = 1024;
    }
    additions.modules = {"evdev"};
    return additions;
}

std::string start_udev_command() {
    return "echo root:x:0:0::/:/bin/sh >/etc/passwd; mkdir -p -m 700 /run/weston; "
           "systemd-udevd --daemon >/run/udev.log 2>&1; "
           "/usr/bin/udevadm trigger -s input -s drm; /usr/bin/udevadm settle";
}

std::string start_weston_command(WestonRenderer renderer, Size size) {
    return fmt::format(
        "sed s/SIZE/{}x{}/ /etc/weston.ini >/run/weston.ini; "
        "{} LIBSEAT_BACKEND=builtin /usr/bin/weston -c /run/weston.ini --backend=drm-backend.so "
        "{} --tty=2 --socket=wayland-1 >/run/weston.log 2>&1 </dev/null & echo $! >/run/weston.pid",
        size.width,
        size.height,
        kEnvironment,
        renderer == WestonRenderer::Pixman ? "--use-pixman" : "");
}

std::string start_client_command(const std::string& client) {
    return fmt::format("{} /usr/bin/{} >/run/client.log 2>&1 </dev/null & echo $! >/run/client.pid",
                       kEnvironment,
                       client);
}

}  // namespace oriel::testing_support
