// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "region/broker.h"

namespace oriel {

/// QEMU's arguments that connect it to a broker, unquoted.
std::vector<std::string> qemu_arguments(const BrokerOptions& options);

/// libvirt's element for the same, below <devices>.
std::string libvirt_xml(const BrokerOptions& options);

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
