// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "region/broker.h"

namespace oriel {

/// QEMU's arguments that connect it to a broker, unquoted.
std::vector<std::string> qemu_arguments(const BrokerOptions& options);

/// libvirt's element for the same, below <devices>, on one line.
std::string libvirt_xml(const BrokerOptions& options);

/// The same in lines as libvirt writes them, two spaces deeper inside. `alias` is a name by which
/// the device can be found again; libvirt keeps those that start with "ua-". Empty: none.
std::vector<std::string> libvirt_lines(const BrokerOptions& options, std::string_view alias);

/// As libvirt_lines(), for memory that libvirt makes itself, at /dev/shm/NAME, without doorbells.
std::vector<std::string> libvirt_plain_lines(const BrokerOptions& options, std::string_view alias);

/// QEMU ends a value at a comma, unless there are two.
std::string for_qemu(std::string_view value);

/// As it can be pasted into a shell.
std::string for_shell(const std::string& word);

/// What a person who started a broker wants to know. Several lines.
std::string broker_introduction(const BrokerOptions& options);

/// Who is connected, in numbers.
struct BrokerPeers {
    unsigned vms = 0;
    unsigned viewers = 0;
    unsigned watchers = 0;
    unsigned publishers = 0;

    /// The number that an event of that peer changes; null for none.
    unsigned* of(BrokerEvent::Peer peer);
};

/// One line for whoever asks the service manager.
std::string serving_text(const BrokerOptions& options, const BrokerPeers& peers);

/// "viewer 2 (process 4711)".
std::string peer_text(const BrokerEvent& event);

/// As scripts know the peers: "vm", "viewer", "watcher", "publisher".
const char* peer_word(BrokerEvent::Peer peer);

}  // namespace oriel
