// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.h"
#include "region/pci_device.h"

namespace oriel {

/// No driver is in the way: none has the device, or the one that lends it.
/// Errors: Busy, with the command that takes it away.
Result<void> check_pci_driver(const PciDevice& device);

/// The ivshmem device that `address` means, or the index of one; where that is empty, the only one,
/// or of several the one that carries a broker's mark. `sysfs` is "/sys", but for tests. Errors:
/// NotFound, also where one has to be named: lists them; System.
Result<PciDevice> choose_pci_device(const std::string& address, const std::string& sysfs);

}  // namespace oriel
