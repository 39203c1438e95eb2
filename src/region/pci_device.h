// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace oriel {

/// An ivshmem device of this machine, as sysfs shows it.
struct PciDevice {
    std::string address;  ///< "0000:00:04.0"
    std::string folder;   ///< Its folder in sysfs.
    std::string driver;   ///< The kernel driver that had it then; empty: none.

    /// Only the kind with a doorbell has interrupts, and their table is BAR 1.
    enum class Kind : std::uint8_t { Plain, Doorbell } kind = Kind::Plain;
};

/// All of them, by address. `sysfs` is "/sys", but for tests.
/// Errors: System, where the system does not show its PCI devices.
Result<std::vector<PciDevice>> find_ivshmem_devices(const std::string& sysfs);

/// The kernel driver that has it now; empty: none.
std::string driver_of(const PciDevice& device);

/// As lspci writes it or with the domain in front; the latter comes back, in lower case.
std::string full_pci_address(std::string address);

}  // namespace oriel
