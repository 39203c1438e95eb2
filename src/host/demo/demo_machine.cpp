// SPDX-License-Identifier: MIT
#include "host/demo/demo_machine.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "base/linux/child_program.h"
#include "base/linux/module.h"
#include "base/output.h"
#include "host/broker_text.h"
#include "host/machine/guest_program.h"
#include "host/machine/programs.h"
#include "region/target.h"

namespace oriel {
namespace {

constexpr const char* kQemu = "qemu-system-x86_64";

constexpr std::array<NeededProgram, 3> kNeeded{
    {{kQemu, "qemu-system-x86"}, {"Xvfb", "xvfb"}, {"import", "imagemagick"}}};

/// The agent comes first, so that the rest of the boot is seen. The console's shell is the same
/// busybox; what it is typed is /bin/hello.
constexpr const char* kStart = R"sh(
oriel-guest --region pci --capture kms --json >/run/agent.json 2>/run/agent.log </dev/null &
echo $! >/run/agent.pid
cat >/bin/hello <<'END'
screen=/sys/class/graphics/fb0
printf '\n\033[1;37m  Hello from a virtual machine\033[0m\n\n'
printf '  kernel   %s\n' "$(uname -srm)"
printf '  screen   %s, %s\n' "$(cat $screen/name)" "$(tr , x <$screen/virtual_size)"
printf '  memory   %s\n' "$(sed -n 's/MemTotal: *//p' /proc/meminfo)"
printf '  uptime   %s s\n\n' "$(cut -d' ' -f1 /proc/uptime)"
block='\342\226\210\342\226\210\342\226\210\342\226\210\342\226\210\342\226\210\342\226\210\342\226\210'
for kind in 3 9; do
    for row in 1 2 3 4; do
        printf '  '
        for colour in 0 1 2 3 4 5 6 7; do printf "\033[%d%dm$block" $kind $colour; done
        printf '\033[0m\n'
    done
done
printf '\n'
echo '%RUN%' >/dev/console
END
chmod 755 /bin/hello
dmesg >/dev/tty1
PS1='guest# ' setsid -c sh -i </dev/tty1 >/dev/tty1 2>&1 &
)sh";

std::string start_script() {
    constexpr std::string_view kPlace = "%RUN%";
    std::string script = kStart;
    return script.replace(script.find(kPlace), kPlace.size(), kTypedHasRun);
}

Result<std::vector<GuestFile>> find_agent() {
    const std::string alone = helper_file("oriel-guest-static");
    if (::access(alone.c_str(), X_OK) == 0) {
        return std::vector<GuestFile>{{.from = alone, .path = "bin/oriel-guest"}};
    }
    return with_libraries({{.from = program_beside("oriel-guest"), .path = "bin/oriel-guest"}});
}

/// Some distributions have it in a package of its own.
Result<void> check_spice() {
    constexpr Nanoseconds kLimit = std::chrono::seconds(10);
    constexpr std::size_t kMostOutput = 65536;
    ORIEL_TRY_ASSIGN(const ChildProgram qemu,
                     ChildProgram::start({.label = "QEMU",
                                          .arguments = {kQemu, "-spice", "help"},
                                          .environment = {},
                                          .output = ChildCommand::Output::Pipe}));
    ORIEL_TRY_ASSIGN(const auto options, read_output(qemu, kMostOutput, kLimit));
    if (options.empty()) {
        return Failure(Error::not_found(
            "the QEMU of this machine has no SPICE: install qemu-system-modules-spice"));
    }
    return {};
}

Result<GuestKernel> find_kernel() {
    if (auto cached = find_guest_kernel(KernelFetch::Cached)) {
        return cached;
    }
    print_line(
        "A virtual machine needs a Linux kernel. This machine's own is taken where it can be read; "
        "else Debian's");
    print_line(
        "package is downloaded, once, to $XDG_CACHE_HOME/oriel (~/.cache/oriel): how much is said "
        "first.");
    return find_guest_kernel(KernelFetch::Download);
}

}  // namespace

Result<DemoMachineParts> find_demo_machine() {
    ORIEL_TRY(check_programs(kNeeded));
    ORIEL_TRY(find_busybox());
    ORIEL_TRY(check_spice());
    DemoMachineParts parts;
    ORIEL_TRY_ASSIGN(parts.agent, find_agent());
    ORIEL_TRY_ASSIGN(parts.kernel, find_kernel());
    parts.kvm = probe_kvm();
    return parts;
}

MachineOptions demo_machine_options(const DemoMachineParts& parts,
                                    const std::string& name,
                                    const std::string& folder,
                                    Size screen) {
    BrokerOptions region;
    region.name = name;
    region.folder = region_folder(name);
    MachineOptions options;
    options.folder = folder;
    options.kernel = parts.kernel;
    options.root.modules = {"bochs"};
    options.root.files = parts.agent;
    options.root.start = start_script();
    options.devices = qemu_arguments(region);
    const std::string quoted = for_qemu(folder);
    options.devices.insert(options.devices.end(),
                           {"-device",
                            fmt::format("VGA,edid=on,xres={},yres={}", screen.width, screen.height),
                            "-spice",
                            fmt::format("unix=on,addr={}/spice,disable-ticketing=on", quoted),
                            "-qmp",
                            fmt::format("unix:{}/input,server=on,wait=off", quoted)});
    return options;
}

std::string demo_spice(const std::string& folder) {
    return fmt::format("spice:unix:{}/spice", folder);
}

std::string demo_qmp(const std::string& folder) {
    return fmt::format("qmp:{}/input", folder);
}

}  // namespace oriel
