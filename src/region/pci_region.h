// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "region/pci_device.h"
#include "region/pci_registers.h"
#include "region/region.h"

namespace oriel {

/// A region seen from inside the virtual machine: the memory of an ivshmem device, mapped through
/// sysfs, with no kernel driver.
///
/// It can ring viewers, but nobody can ring it: doorbell_fd() is -1, and the owner looks at the
/// memory now and then. The device stays enabled afterwards: that turns nothing on but its memory.
///
/// One publisher a device, held by a lock on the file of sysfs, which ends with the process.
class PciRegion final : public Region {
  public:
    /// `address` is empty for the only ivshmem device; of several, the one that carries a broker's
    /// mark. `sysfs` is "/sys", but for tests.
    /// Errors: NotFound (no such device), Busy (a driver or another process has it, by name),
    /// System (who may), Unsupported (Show: viewers are on the host; a locked-down kernel).
    static Result<std::unique_ptr<Region>> open(const std::string& address,
                                                Role role,
                                                const std::string& sysfs = "/sys");

    int doorbell_fd() const override { return -1; }

    void drain_doorbell() noexcept override {}

    void ring_viewers(std::uint32_t bits) noexcept override;

    void ring_publisher() noexcept override {}

    int connection_fd() const override { return -1; }

    void serve_connection() override {}

    Link link() const override { return Link::Served; }

    std::string description() const override { return "pci:" + device_.address; }

    std::string how_to_enlarge(std::uint64_t bytes) const override;

  private:
    PciRegion(PciDevice device, Role role) : device_(std::move(device)) { role_ = role; }

    Result<void> map();
    Result<void> map_registers();

    PciDevice device_;
    std::optional<PciRegisters> registers_;  ///< Where there is a doorbell.
};

}  // namespace oriel
