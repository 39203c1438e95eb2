// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "region/region.h"
#include "region/windows/ivshmem_driver.h"

namespace oriel {

/// A region seen from inside a Windows virtual machine: the memory of an ivshmem device, mapped
/// write-combined by virtio-win's driver.
///
/// Where the device has interrupts, viewers are rung through it, and ring this agent by it.
/// The driver lets one program map a device, so there is one publisher, and nobody can watch beside
/// it.
class IvshmemRegion final : public Region {
  public:
    /// `wanted` is empty for the only device, else its place or index: see choose_device().
    /// Errors: NotFound (no device, no driver, which of several; what to do), Busy, System,
    /// Unsupported (Show: viewers are on the host; memory that can be no region).
    static Result<std::unique_ptr<Region>> open(const std::string& wanted, Role role);

    NativeHandle doorbell_handle() const override { return doorbell_.get(); }

    std::uint64_t drain_doorbell() noexcept override;

    bool may_fall_silent() const override { return true; }

    void ring_viewers(std::uint32_t bits) noexcept override;

    void ring_publisher() noexcept override {}

    NativeHandle connection_handle() const override { return kNoHandle; }

    void serve_connection() override {}

    Link link() const override { return Link::Served; }

    std::string description() const override { return description_; }

    std::string how_to_enlarge(std::uint64_t bytes) const override;

  private:
    IvshmemRegion(IvshmemDriver driver, OwnedHandle only_one, std::string description, Role role);

    Result<void> check_size() const;
    Result<void> listen();

    std::string description_;  ///< "pci:00:05.0"
    OwnedHandle only_one_;
    IvshmemDriver driver_;
    OwnedHandle doorbell_;  ///< An event; closed where the device has no interrupts.
};

}  // namespace oriel
