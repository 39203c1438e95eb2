// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "region/pci_device.h"
#include "region/pci_registers.h"
#include "region/region.h"
#include "region/vfio_device.h"

namespace oriel {

/// A region seen from inside the virtual machine: the memory of an ivshmem device, mapped through
/// sysfs, write-combined.
///
/// It can ring viewers. Viewers can ring it where the device can be taken with vfio-pci, for its
/// interrupt alone; vfio's own mapping of the memory is uncached, and serves only where the kernel
/// is locked down and allows no other. Else doorbell_handle() is -1, and the log says why (-v).
/// The device stays enabled afterwards: that turns nothing on but its memory.
///
/// One publisher a device, held by a lock on the file of sysfs, which ends with the process.
class PciRegion final : public Region {
  public:
    /// `address` is empty for the only ivshmem device; of several, the one that carries a broker's
    /// mark. `sysfs` is "/sys", but for tests.
    /// Errors: NotFound (no such device), Busy (a driver or another process has it, by name),
    /// System (who may), Unsupported (Show: viewers are on the host; a locked-down kernel).
    /// Blocks: Publish, as VfioDevice::take() does.
    static Result<std::unique_ptr<Region>> open(const std::string& address,
                                                Role role,
                                                const std::string& sysfs = "/sys");

    ~PciRegion() override;
    PciRegion(const PciRegion&) = delete;
    PciRegion& operator=(const PciRegion&) = delete;

    NativeHandle doorbell_handle() const override { return doorbell_.get(); }

    std::uint64_t drain_doorbell() noexcept override;

    bool may_fall_silent() const override { return true; }

    void ring_viewers(std::uint32_t bits) noexcept override;

    void ring_publisher() noexcept override {}

    NativeHandle connection_handle() const override { return kNoHandle; }

    void serve_connection() override {}

    Link link() const override { return Link::Served; }

    std::string description() const override { return "pci:" + device_.address; }

    std::string how_to_enlarge(std::uint64_t bytes) const override;

  private:
    PciRegion(PciDevice device, Role role) : device_(std::move(device)) { role_ = role; }

    Access access() const { return role_ == Role::Watch ? Access::ReadOnly : Access::ReadWrite; }

    Result<void> lock();
    Result<void> take_interrupt();
    Result<void> take_with_vfio();
    Result<void> go_without(const Error& why);
    Result<void> map();
    Result<MappedMemory> map_memory();
    Result<MappedMemory> map_locked_down();
    Result<void> map_registers();

    PciDevice device_;
    UniqueFd lock_;                     ///< Publish
    std::unique_ptr<VfioDevice> vfio_;  ///< Where it could be had, and is of use.
    UniqueFd doorbell_;
    std::optional<PciRegisters> registers_;  ///< Where there is a doorbell.
};

}  // namespace oriel
