// SPDX-License-Identifier: MIT
#include "region/pci_enlarging.h"

#include <fmt/format.h>

#include "relay/broker_page.h"

namespace oriel {

std::string how_to_enlarge_pci(const MappedMemory& memory, std::uint64_t bytes) {
    const std::string name = read_broker_page(SharedBytes(memory.bytes())).name;
    if (!name.empty()) {
        return fmt::format(
            "on the host, start `oriel broker {} --size {}`, and this virtual "
            "machine again",
            name,
            bytes >> 20U);
    }
    return fmt::format(
        "on the host, write <size unit='M'>{0}</size> into libvirt's <shmem>, or "
        "size={0}M into QEMU's -object memory-backend-file, and start this virtual "
        "machine again",
        bytes >> 20U);
}

}  // namespace oriel
