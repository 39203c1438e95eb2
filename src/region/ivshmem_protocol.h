// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/linux/fd.h"
#include "base/result.h"
#include "region/broker_memory.h"
#include "region/doorbells.h"
#include "region/ivshmem_peers.h"

namespace oriel {

// What QEMU expects of an ivshmem server (its docs/specs/ivshmem-spec): one way, each message a
// little-endian 64-bit number with at most one descriptor. Who is which peer: ivshmem_peers.h.

inline constexpr std::int64_t kIvshmemVersion = 0;
inline constexpr std::int64_t kIvshmemQemu = 0;
inline constexpr std::int64_t kIvshmemMemory = -1;

/// All that QEMU is ever told: version, its number, the memory, the doorbells of all viewers that
/// may come, and then its own one.
/// Blocks: never. Errors: System; the connection is of no more use then.
Result<void> send_ivshmem_setup(const UniqueFd& socket,
                                const BrokerMemory& memory,
                                const Doorbells& viewers,
                                const UniqueFd& own_doorbell);

}  // namespace oriel
