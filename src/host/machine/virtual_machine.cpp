// SPDX-License-Identifier: MIT
#include "host/machine/virtual_machine.h"

#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <unistd.h>

#include "host/machine/snapshot_disk.h"
#include "host/machine/whole_file.h"

namespace oriel {
namespace {

constexpr const char* kQemu = "qemu-system-x86_64";
constexpr Nanoseconds kConnectLimit = std::chrono::seconds(20);
constexpr Nanoseconds kLookAgain = std::chrono::milliseconds(20);
constexpr std::size_t kEndOfConsole = 1000;

/// What a guest under software emulation need not spend its time on.
constexpr const char* kKernelArguments =
    "console=ttyS0 quiet loglevel=3 panic=0 mitigations=off nokaslr tsc=reliable no_timer_check "
    "cryptomgr.notests random.trust_cpu=on rcupdate.rcu_expedited=1 audit=0 apparmor=0 "
    "security=none 8250.nr_uarts=2 nowatchdog";

/// QEMU ends a value at a comma, unless there are two.
std::string quoted(const std::string& value) {
    std::string result;
    for (const char c : value) {
        result += c == ',' ? ",," : std::string(1, c);
    }
    return result;
}

std::string text_of(const std::string& path) {
    return read_whole_file(path).value_or("");
}

std::string end_of(const std::string& text) {
    return text.size() <= kEndOfConsole ? text : text.substr(text.size() - kEndOfConsole);
}

std::string listening_socket(const std::string& folder, const char* name) {
    return fmt::format("path={}/{},server=on,wait=off", quoted(folder), name);
}

std::vector<std::string> qemu_arguments_of(const MachineOptions& options) {
    const std::string& folder = options.folder;
    std::vector<std::string> arguments{
        kQemu,
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-M",
        options.machine,
        "-accel",
        options.acceleration == Acceleration::Kvm ? "kvm" : "tcg,thread=multi",
        "-m",
        std::to_string(options.memory_mib),
        "-kernel",
        options.image == MachineOptions::Image::Packed ? options.kernel.packed_image()
                                                       : options.kernel.image(),
        "-initrd",
        folder + "/root.cpio",
        "-append",
        fmt::format("{} {}", kKernelArguments, fmt::join(options.kernel_arguments, " ")),
        "-serial",
        fmt::format("file:{}/console", folder),
        "-chardev",
        "socket,id=shell," + listening_socket(folder, "shell"),
        "-serial",
        "chardev:shell",
        "-chardev",
        "socket,id=qmp," + listening_socket(folder, "qmp"),
        "-mon",
        "chardev=qmp,mode=control",
        "-D",
        folder + "/qemu.log"};
    if (options.acceleration == Acceleration::Kvm) {
        arguments.insert(arguments.end(), {"-cpu", "host"});
    }
    if (options.snapshots == MachineOptions::Snapshots::Yes) {
        arguments.insert(arguments.end(),
                         {"-blockdev",
                          fmt::format("driver=qcow2,node-name=snapshots,file.driver=file,"
                                      "file.filename={}/snapshots.qcow2",
                                      quoted(folder))});
    }
    arguments.insert(arguments.end(), options.devices.begin(), options.devices.end());
    return arguments;
}

std::size_t count_of(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

}  // namespace

Result<std::unique_ptr<VirtualMachine>> VirtualMachine::start(const MachineOptions& options) {
    ORIEL_TRY(write_guest_root(options.root, options.kernel, options.folder + "/root.cpio"));
    if (options.snapshots == MachineOptions::Snapshots::Yes) {
        ORIEL_TRY(make_snapshot_disk(options.folder + "/snapshots.qcow2"));
    }
    // Through a shell, for its complaints to go to a file; what runs then is QEMU itself.
    std::vector<std::string> arguments{"/bin/sh",
                                       "-c",
                                       R"(errors=$1; shift; exec "$@" 2>"$errors")",
                                       "sh",
                                       options.folder + "/errors"};
    const std::vector<std::string> qemu = qemu_arguments_of(options);
    arguments.insert(arguments.end(), qemu.begin(), qemu.end());
    ORIEL_TRY_ASSIGN(ChildProgram child,
                     ChildProgram::start({.label = "virtual machine",
                                          .arguments = std::move(arguments),
                                          .environment = {},
                                          .last_signal = SIGKILL}));
    std::unique_ptr<VirtualMachine> machine(new VirtualMachine(options.folder, std::move(child)));
    ORIEL_TRY(machine->connect());
    return machine;
}

Result<void> VirtualMachine::connect() {
    const Nanoseconds give_up = monotonic_now() + kConnectLimit;
    while (!qmp_) {
        if (qemu_.has_ended() || monotonic_now() >= give_up) {
            return Failure(why_not("QEMU did not start"));
        }
        if (auto qmp = QmpClient::connect(folder_ + "/qmp", kLookAgain); qmp) {
            qmp_ = std::make_unique<QmpClient>(std::move(*qmp));
        }
    }
    ORIEL_TRY_ASSIGN(LineSocket socket, LineSocket::connect(folder_ + "/shell", kConnectLimit));
    shell_ = std::make_unique<GuestShell>(std::move(socket));
    return {};
}

/// With what QEMU complained of, on one line.
Error VirtualMachine::why_not(const std::string& what) {
    std::string complaint = text_of(folder_ + "/errors");
    if (complaint.find("not found") != std::string::npos && qemu_.has_ended()) {
        return Error::not_found(fmt::format("no program {}: install qemu-system-x86", kQemu));
    }
    while (complaint.ends_with('\n')) {
        complaint.pop_back();
    }
    for (char& c : complaint) {
        c = c == '\n' ? ' ' : c;
    }
    return Error::protocol(complaint.empty() ? what : fmt::format("{}: {}", what, complaint));
}

Result<bool> VirtualMachine::has_come_up() {
    if (count_of(console(), kGuestIsUp) > ups_seen_) {
        ++ups_seen_;
        return true;
    }
    if (qemu_.has_ended()) {
        return Failure(why_not("QEMU ended while the guest was booting"));
    }
    return false;
}

Result<void> VirtualMachine::wait_until_up(Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    while (true) {
        ORIEL_TRY_ASSIGN(const bool is_up, has_come_up());
        if (is_up) {
            return {};
        }
        if (monotonic_now() >= give_up) {
            return Failure(
                Error::protocol(fmt::format("the guest was not up after {} s; its last words: {}",
                                            std::chrono::ceil<std::chrono::seconds>(limit).count(),
                                            end_of(console()))));
        }
        std::this_thread::sleep_for(kLookAgain);
    }
}

std::string VirtualMachine::console() const {
    return text_of(folder_ + "/console");
}

Result<ScreenPicture> VirtualMachine::screendump(const ScreenHead& head) {
    const std::string path = folder_ + "/screen.ppm";
    ORIEL_TRY(qmp_->screendump(path, head));
    auto picture = read_ppm(path);
    static_cast<void>(::unlink(path.c_str()));
    return picture;
}

void VirtualMachine::kill() {
    qemu_.send(SIGKILL);
    qemu_.end();
}

}  // namespace oriel
