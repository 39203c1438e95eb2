// SPDX-License-Identifier: MIT
#include "host/broker_text.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "region/region_paths.h"
#include "region/target.h"

namespace oriel {
namespace {

std::string replaced(std::string_view text, char what, std::string_view by) {
    std::string result;
    for (const char c : text) {
        if (c == what) {
            result += by;
        } else {
            result += c;
        }
    }
    return result;
}

std::string for_xml(std::string_view value) {
    return replaced(replaced(replaced(value, '&', "&amp;"), '<', "&lt;"), '\'', "&apos;");
}

/// What to type for this region: its name, unless it was put elsewhere.
std::string target_text(const BrokerOptions& options) {
    return options.folder == region_folder(options.name)
               ? options.name
               : for_shell("socket:" + viewer_socket(options.folder));
}

/// Behind the element's own lines: the name to find it by, and its end.
void finish(std::vector<std::string>& lines, std::string_view alias) {
    if (!alias.empty()) {
        lines.push_back(fmt::format("  <alias name='{}'/>", for_xml(alias)));
    }
    lines.emplace_back("</shmem>");
}

}  // namespace

std::string for_qemu(std::string_view value) {
    return replaced(value, ',', ",,");
}

std::string for_shell(const std::string& word) {
    constexpr std::string_view kPlain = "_-.,/=:+@%";
    const bool is_plain = std::ranges::all_of(word, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kPlain.find(c) != std::string_view::npos;
    });
    return is_plain ? word : fmt::format("'{}'", replaced(word, '\'', "'\\''"));
}

std::vector<std::string> qemu_arguments(const BrokerOptions& options) {
    return {"-chardev",
            fmt::format("socket,path={},id=oriel", for_qemu(vm_socket(options.folder))),
            "-device",
            "ivshmem-doorbell,chardev=oriel,vectors=1,master=on"};
}

std::string libvirt_xml(const BrokerOptions& options) {
    std::string text;
    for (const std::string& line : libvirt_lines(options, /*alias=*/"")) {
        text += line.substr(line.find_first_not_of(' '));
    }
    return text;
}

std::vector<std::string> libvirt_lines(const BrokerOptions& options, std::string_view alias) {
    std::vector<std::string> lines{
        fmt::format("<shmem name='{}' role='master'>", options.name),
        "  <model type='ivshmem-doorbell'/>",
        fmt::format("  <server path='{}'/>", for_xml(vm_socket(options.folder))),
        "  <msi vectors='1'/>"};
    finish(lines, alias);
    return lines;
}

std::vector<std::string> libvirt_plain_lines(const BrokerOptions& options, std::string_view alias) {
    std::vector<std::string> lines{fmt::format("<shmem name='{}' role='master'>", options.name),
                                   "  <model type='ivshmem-plain'/>",
                                   fmt::format("  <size unit='M'>{}</size>", options.size >> 20U)};
    finish(lines, alias);
    return lines;
}

std::string broker_introduction(const BrokerOptions& options) {
    std::vector<std::string> qemu = qemu_arguments(options);
    std::ranges::transform(qemu, qemu.begin(), for_shell);
    return fmt::format(
        "region {0} is ready: {1} MiB\n"
        "  show it       oriel view {2}\n"
        "  publish here  oriel-guest --region {2}\n"
        "  QEMU          {3}\n"
        "  libvirt       {4}\n"
        "  sockets       {5} {6}\n",
        options.name,
        options.size >> 20U,
        target_text(options),
        fmt::join(qemu, " "),
        libvirt_xml(options),
        vm_socket(options.folder),
        viewer_socket(options.folder));
}

unsigned* BrokerPeers::of(BrokerEvent::Peer peer) {
    switch (peer) {
    case BrokerEvent::Peer::Vm:
        return &vms;
    case BrokerEvent::Peer::Viewer:
        return &viewers;
    case BrokerEvent::Peer::Watcher:
        return &watchers;
    case BrokerEvent::Peer::Publisher:
        return &publishers;
    case BrokerEvent::Peer::None:
        break;
    }
    return nullptr;
}

std::string serving_text(const BrokerOptions& options, const BrokerPeers& peers) {
    std::string text = fmt::format("serving {} MiB", options.size >> 20U);
    text += peers.vms > 0          ? ", to a virtual machine"
            : peers.publishers > 0 ? ", with a publisher on this host"
                                   : ", nobody publishes";
    text += peers.viewers == 1 ? ", 1 viewer" : fmt::format(", {} viewers", peers.viewers);
    return peers.watchers == 0 ? text : fmt::format("{}, {} watching", text, peers.watchers);
}

std::string peer_text(const BrokerEvent& event) {
    const std::string process =
        event.pid > 0 ? fmt::format(" (process {})", event.pid) : std::string();
    switch (event.peer) {
    case BrokerEvent::Peer::Vm:
        return "the virtual machine" + process;
    case BrokerEvent::Peer::Viewer:
        return fmt::format("viewer {}{}", event.index, process);
    case BrokerEvent::Peer::Watcher:
        return "a watcher" + process;
    case BrokerEvent::Peer::Publisher:
        return "the publisher" + process;
    case BrokerEvent::Peer::None:
        break;
    }
    return "nobody";
}

const char* peer_word(BrokerEvent::Peer peer) {
    switch (peer) {
    case BrokerEvent::Peer::Vm:
        return "vm";
    case BrokerEvent::Peer::Viewer:
        return "viewer";
    case BrokerEvent::Peer::Watcher:
        return "watcher";
    case BrokerEvent::Peer::Publisher:
        return "publisher";
    case BrokerEvent::Peer::None:
        break;
    }
    return "none";
}

}  // namespace oriel
