// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace oriel {

/// What ivshmem devices call viewer n: QEMU is peer 0 itself, and viewers have one vector each.
constexpr std::int64_t ivshmem_peer(unsigned viewer) {
    return std::int64_t{viewer} + 1;
}

}  // namespace oriel
