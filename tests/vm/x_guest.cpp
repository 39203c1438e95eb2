// SPDX-License-Identifier: MIT
#include "vm/x_guest.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "host/machine/guest_program.h"

namespace oriel::testing_support {
namespace {

constexpr const char* kServer = "/usr/lib/xorg/Xorg";
constexpr const char* kKeyboards = "/usr/share/X11/xkb";

/// Programs and modules that are loaded by name, so that no program names them.
constexpr std::array kPrograms{kServer,
                               "/usr/lib/xorg/modules/drivers/modesetting_drv.so",
                               "/usr/lib/xorg/modules/libshadow.so",
                               "/usr/lib/xorg/modules/libfbdevhw.so",
                               "/usr/bin/xkbcomp",
                               "/usr/bin/xterm",
                               "/usr/bin/xsetroot"};

constexpr const char* kConfiguration = R"(
Section "ServerFlags"
    Option "AutoAddDevices" "off"
    Option "AutoEnableDevices" "off"
    Option "AutoAddGPU" "off"
    Option "BlankTime" "0"
EndSection
Section "Module"
    Disable "glx"
    Disable "glamoregl"
EndSection
Section "Device"
    Identifier "screen"
    Driver "modesetting"
    Option "kmsdev" "/dev/dri/card0"
    Option "AccelMethod" "none"
EndSection
Section "Screen"
    Identifier "screen"
    Device "screen"
    DefaultDepth 24
EndSection
)";

}  // namespace

std::string why_no_x() {
    for (const char* program : kPrograms) {
        if (!std::filesystem::exists(program)) {
            return std::string(program) + " is not there";
        }
    }
    return {};
}

Result<std::vector<GuestFile>> x_programs(const std::string& folder) {
    const std::string configuration = folder + "/xorg.conf";
    std::ofstream file(configuration);
    file << kConfiguration;
    file.close();
    if (!file) {
        return Failure(Error::system("write " + configuration, errno));
    }
    std::vector<GuestFile> programs;
    for (const char* program : kPrograms) {
        programs.push_back({program, std::string(program).substr(1), 0755});
    }
    ORIEL_TRY_ASSIGN(std::vector<GuestFile> files, with_libraries(std::move(programs)));
    files.push_back({configuration, "etc/X11/xorg.conf", 0644});
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kKeyboards)) {
        if (entry.is_regular_file()) {
            files.push_back({entry.path(), entry.path().string().substr(1), 0644});
        }
    }
    return files;
}

std::string start_x_command() {
    return std::string("mkdir -p /var/log /var/lib/xkb /tmp; PATH=/usr/bin:$PATH ") + kServer +
           " :0 vt7 -noreset -nolisten tcp -config /etc/X11/xorg.conf >/run/x.log 2>&1 </dev/null "
           "&";
}

}  // namespace oriel::testing_support
