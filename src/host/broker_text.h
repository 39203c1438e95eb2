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

/// "viewer 2 (process 4711)".
std::string peer_text(const BrokerEvent& event);

/// As scripts know the peers: "vm", "viewer", "watcher", "publisher".
const char* peer_word(BrokerEvent::Peer peer);

}  // namespace oriel
