// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.h"
#include "region/pci_device.h"

namespace oriel {

/// The number of the IOMMU group that a device has for itself: no other device is in it, but for
/// bridges. Only such a group can be taken without taking something from somebody.
/// Errors: Unsupported: no IOMMU and what to do, or who else is in the group.
Result<unsigned> own_iommu_group(const PciDevice& device);

}  // namespace oriel
