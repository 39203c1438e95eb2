// SPDX-License-Identifier: MIT
#include "host/vm/vm_arguments.h"

#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "domain/domain_graphics.h"
#include "host/broker_text.h"

namespace oriel {
namespace {

using Arguments = std::vector<std::string>;

/// What a word on our command line means on QEMU's.
struct Choice {
    const char* word;
    Arguments arguments;
};

/// Errors: Usage, listing what there is.
Result<Arguments> chosen(const char* option,
                         const std::string& word,
                         const std::vector<Choice>& choices) {
    std::string known;
    for (const Choice& choice : choices) {
        if (word == choice.word) {
            return choice.arguments;
        }
        known += (known.empty() ? "" : " | ") + std::string(choice.word);
    }
    return Failure(Error::usage(fmt::format("{} '{}' is unknown: use {}", option, word, known)));
}

void add(Arguments& arguments, const Arguments& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
}

Result<Arguments> boot_arguments(const VmOptions& options, const BootFile& boot) {
    const std::string file = for_qemu(boot.path);
    switch (boot.kind) {
    case BootFile::Kind::Kernel: {
        Arguments arguments{"-kernel", boot.path};
        if (!options.initrd.empty()) {
            add(arguments, {"-initrd", options.initrd});
        }
        if (!options.kernel_arguments.empty()) {
            add(arguments, {"-append", options.kernel_arguments});
        }
        return arguments;
    }
    case BootFile::Kind::Disc:
        return Arguments{"-drive", fmt::format("file={},format=raw,media=cdrom,readonly=on", file)};
    case BootFile::Kind::Disk: {
        const std::string drive = fmt::format("file={},format={},if=", file, for_qemu(boot.format));
        return chosen(
            "--disk",
            options.disk,
            {{"virtio", {"-drive", drive + "virtio"}}, {"ide", {"-drive", drive + "ide"}}});
    }
    }
    return Arguments{};
}

}  // namespace

std::string spice_socket(const std::string& folder) {
    return folder + "/spice.sock";
}

std::string monitor_socket(const std::string& folder) {
    return folder + "/qmp.sock";
}

std::string spice_uri(const std::string& folder) {
    return "spice+unix://" + spice_socket(folder);
}

std::vector<std::string> connection_arguments(const BrokerOptions& region) {
    Arguments arguments = qemu_arguments(region);
    add(arguments,
        {"-spice",
         fmt::format("unix=on,addr={},disable-ticketing=on", for_qemu(spice_socket(region.folder))),
         "-device",
         "qemu-xhci,id=oriel-usb",
         "-device",
         "usb-tablet,bus=oriel-usb.0"});
    return arguments;
}

Result<std::vector<std::string>> machine_arguments(const VmOptions& options,
                                                   const BootFile& boot,
                                                   const BrokerOptions& region,
                                                   bool is_accelerated) {
    Arguments arguments{"qemu-system-x86_64",
                        "-name",
                        region.name,
                        "-nodefaults",
                        "-no-user-config",
                        "-display",
                        "none",
                        "-machine",
                        "q35",
                        "-m",
                        fmt::format("{}M", options.memory_mib),
                        "-smp",
                        fmt::format("{}", options.processors)};
    add(arguments,
        is_accelerated ? Arguments{"-accel", "kvm", "-cpu", "host"}
                       : Arguments{"-accel", "tcg,thread=multi"});
    ORIEL_TRY_ASSIGN(const Arguments booted, boot_arguments(options, boot));
    add(arguments, booted);
    ORIEL_TRY_ASSIGN(const Arguments video,
                     chosen("--video",
                            options.video,
                            {{"virtio", {"-device", "virtio-vga"}},
                             {"vga", {"-device", "VGA"}},
                             {"qxl", {"-device", "qxl-vga"}},
                             {"none", {}}}));
    add(arguments, video);
    ORIEL_TRY_ASSIGN(const Arguments network,
                     chosen("--network",
                            options.network,
                            {{"user", {"-nic", "user,model=virtio-net-pci"}}, {"none", {}}}));
    add(arguments, network);
    add(arguments, connection_arguments(region));
    add(arguments,
        {"-qmp",
         fmt::format("unix:{},server=on,wait=off", for_qemu(monitor_socket(region.folder)))});
    add(arguments, options.qemu);
    return arguments;
}

Result<BrokerOptions> machine_region(const VmOptions& options) {
    BrokerOptions region;
    region.name = options.name;
    if (region.name.empty()) {
        region.name = region_name_for(std::filesystem::path(options.target).stem().native());
    }
    region.modes = options.modes;
    region.size = options.region_size;
    return completed(std::move(region));
}

std::string shell_text(const std::vector<std::string>& command) {
    std::string text;
    for (const std::string& word : command) {
        const bool starts_line = word.starts_with('-');
        text += text.empty() ? "" : starts_line ? " \\\n  " : " ";
        text += for_shell(word);
    }
    return text;
}

}  // namespace oriel
