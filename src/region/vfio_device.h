// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "base/linux/fd.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "region/pci_device.h"
#include "region/vfio_binding.h"

namespace oriel {

/// A PCI device opened through vfio, which needs an IOMMU: the only way for a program to have its
/// interrupts, and to map it under a locked-down kernel.
///
/// Lifetime: whatever was mapped is unmapped before it ends; then the device is given back.
/// Blocks: take(), for modprobe and a reset of the device; milliseconds otherwise.
class VfioDevice {
  public:
    /// Errors: Busy (another program has it), Unsupported or System (why it cannot be had this
    /// way); the device is given back then.
    static Result<std::unique_ptr<VfioDevice>> take(const PciDevice& device);

    ~VfioDevice() = default;
    VfioDevice(const VfioDevice&) = delete;
    VfioDevice& operator=(const VfioDevice&) = delete;

    /// An eventfd that counts the device's interrupts (vector 0 of MSI-X) from now on.
    /// Errors: Unsupported where it has none; System.
    Result<UniqueFd> route_interrupt() const;

    /// Maps all of a BAR, uncached: vfio has no other way.
    /// Errors: Unsupported, System.
    Result<MappedMemory> map_bar(std::uint32_t bar) const;

  private:
    explicit VfioDevice(std::unique_ptr<VfioBinding> binding) : binding_(std::move(binding)) {}

    Result<void> open(unsigned group, const std::string& address);
    Result<void> switch_on() const;

    // Closed from the last to the first.
    std::unique_ptr<VfioBinding> binding_;
    UniqueFd container_;
    UniqueFd group_;
    UniqueFd device_;
};

}  // namespace oriel
