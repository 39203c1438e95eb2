// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "base/linux/fd.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "region/pci_device.h"

namespace oriel {

// The files in which sysfs lends an ivshmem device to a program.

/// What the system's refusal to do `action` means here.
Error pci_refusal(const std::string& action, const PciDevice& device, int error);

/// Switches the device's memory on: it does not answer before. A driver does that itself.
Result<void> enable_pci_device(const PciDevice& device);

/// Its memory, BAR 2: write-combined where the kernel has that.
Result<UniqueFd> open_pci_memory(const PciDevice& device, Access wanted);

/// Its registers, BAR 0, mapped.
Result<MappedMemory> map_pci_registers(const PciDevice& device);

}  // namespace oriel
