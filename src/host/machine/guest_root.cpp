// SPDX-License-Identifier: MIT
#include "host/machine/guest_root.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <elf.h>
#include <fmt/format.h>

#include "host/machine/initramfs.h"

namespace oriel {
namespace {

/// The first program of the guest. The shell at the second serial port answers the host
/// (guest_shell.cpp). The port is raw, so that what the shell says comes back as it was said; open
/// before the host is told, for a closed port loses what it is sent; and read line by line, for
/// busybox's cat keeps lines back that it has read from a port. A module gets its parameters from
/// the kernel's command line (drm.edid_firmware=...), as distributions' loaders give it them.
constexpr const char* kInit = R"(#!/bin/busybox sh
/bin/busybox mount -t devtmpfs none /dev
/bin/busybox mkdir -p /dev/pts /dev/shm
/bin/busybox mount -t devpts none /dev/pts
/bin/busybox mount -t proc none /proc
/bin/busybox mount -t sysfs none /sys
/bin/busybox mount -t tmpfs none /run
/bin/busybox --install -s /bin
export HOME=/ PATH=/bin TERM=linux
for module in $(cat /modules/order); do
    parameters=$(tr ' ' '\n' </proc/cmdline | sed -n "s/^$module\\.//p")
    insmod /modules/$module.ko $parameters || echo "cannot load $module" >/dev/console
done
. /start
exec 3<>/dev/ttyS1
stty raw -echo <&3
echo "%UP%" >/dev/console
while true; do
    while read -r line; do echo "$line"; done <&3 | sh >&3 2>&1 3>&-
done
)";

constexpr std::array kBusyboxPlaces{"/usr/bin/busybox",
                                    "/bin/busybox",
                                    "/usr/sbin/busybox",
                                    "/usr/lib/busybox/busybox-static",
                                    "/bin/busybox.static"};

/// A 64-bit x86 program that names no interpreter.
bool runs_without_libraries(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    Elf64_Ehdr header{};
    file.read(reinterpret_cast<char*>(&header), sizeof(header));
    if (!file || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64 ||
        header.e_phentsize != sizeof(Elf64_Phdr)) {
        return false;
    }
    file.seekg(static_cast<std::streamoff>(header.e_phoff));
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr part{};
        file.read(reinterpret_cast<char*>(&part), sizeof(part));
        if (!file || part.p_type == PT_INTERP) {
            return false;
        }
    }
    return true;
}

std::string init_script() {
    constexpr std::string_view kPlace = "%UP%";
    std::string script = kInit;
    return script.replace(script.find(kPlace), kPlace.size(), kGuestIsUp);
}

}  // namespace

Result<std::string> find_busybox() {
    for (const char* place : kBusyboxPlaces) {
        if (runs_without_libraries(place)) {
            return place;
        }
    }
    return Failure(Error::not_found(
        "no busybox that runs without libraries, for the guest: install busybox-static"));
}

Result<void> write_guest_root(const GuestRoot& root,
                              const GuestKernel& kernel,
                              const std::string& path) {
    ORIEL_TRY_ASSIGN(const std::string busybox, find_busybox());
    ORIEL_TRY_ASSIGN(const auto modules, modules_in_order(kernel, root.modules));
    Initramfs archive;
    for (const char* folder : {"bin", "dev", "etc", "modules", "proc", "run", "sys", "tmp"}) {
        archive.add_folder(folder);
    }
    // Before /dev is mounted the kernel opens it for init.
    archive.add_character_device("dev/console", 5, 1);
    ORIEL_TRY(archive.add_copy("bin/busybox", busybox, 0755));
    archive.add_file("init", init_script(), 0755);
    archive.add_file("start", root.start + "\n", 0755);
    std::string order;
    for (const std::string& name : modules) {
        ORIEL_TRY(
            archive.add_copy(fmt::format("modules/{}.ko", name), kernel.module_file(name), 0644));
        order += name + "\n";
    }
    archive.add_file("modules/order", order, 0644);
    for (const GuestFile& file : root.files) {
        ORIEL_TRY(archive.add_copy(file.path, file.from, file.mode));
    }
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << archive.finish();
    out.close();
    if (!out) {
        return Failure(Error::system("write " + path, errno));
    }
    return {};
}

}  // namespace oriel
