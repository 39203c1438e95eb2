// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/linux/fd.h"
#include "base/linux/service_manager.h"
#include "base/result.h"
#include "region/peer_locks.h"

namespace oriel {

/// What a broker that runs as a service got from its service manager: sockets that were there
/// before it, and what an earlier broker of the service left. All of it may be missing.
///
/// Lifetime: the manager outlives the broker.
struct BrokerService {
    UniqueFd vm_listener;      ///< The descriptor named "vm".
    UniqueFd viewer_listener;  ///< "viewer"
    std::string folder;        ///< Of these sockets; empty where there are none.

    UniqueFd memory;  ///< What it is has to be proven: BrokerMemory::take_up().
    std::uint64_t instance = 0;
    std::array<UniqueFd, PeerLocks::kPlaces> doorbells;

    const ServiceManager* manager = nullptr;  ///< Null: nobody keeps anything.
};

/// Sorts what was handed over by its names; what has another name is closed, with a warning.
/// Errors: Usage where a socket is not what a broker listens on, or not called vm.sock and
/// viewer.sock, in one folder.
Result<BrokerService> broker_service(std::vector<PassedFd> passed, const ServiceManager* manager);

/// As the service manager keeps them.
std::string kept_memory_name(std::uint64_t instance);
std::string kept_doorbell_name(unsigned place);

}  // namespace oriel
