// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <utility>

#include "base/result.h"
#include "region/pci_device.h"

namespace oriel {

/// The kernel driver that lends a device to a program.
inline constexpr const char* kVfioDriver = "vfio-pci";

/// A PCI device in the hands of vfio-pci. It is given back, to no driver, at the end.
///
/// A process that is killed leaves the device bound: the next one takes it as it is, and then gives
/// it back. One that is bound by its vendor and number (new_id), which is an administrator's doing,
/// stays bound.
///
/// Lifetime: the end waits for whoever has the device open, so close it before.
class VfioBinding {
  public:
    /// `device` has no driver, or this one, whatever was so when it was found. Loads vfio-pci where
    /// the kernel has not. Blocks: for modprobe; milliseconds otherwise. Errors: Unsupported (no
    /// such driver, or it does not take the device), System.
    static Result<std::unique_ptr<VfioBinding>> take(const PciDevice& device);

    ~VfioBinding();

    /// Somebody else has it open: it is not ours to give back.
    void leave() { is_ours_ = false; }

    VfioBinding(const VfioBinding&) = delete;
    VfioBinding& operator=(const VfioBinding&) = delete;

  private:
    explicit VfioBinding(PciDevice device) : device_(std::move(device)) {}

    Result<void> bind() const;

    PciDevice device_;
    bool is_ours_ = true;
};

}  // namespace oriel
