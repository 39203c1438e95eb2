// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// What the kernel module `kvmfr` does for those who opened its device /dev/kvmfrN, a VM's ivshmem
/// memory.
class KvmfrDriver {
  public:
    using Ioctl = int (*)(int fd, unsigned long request, void* argument);

    /// The kernel's. A test gives one of its own, where the module is not there.
    KvmfrDriver();

    explicit KvmfrDriver(Ioctl ioctl) : ioctl_(ioctl) {}

    /// Bytes of the device. Errors: Unsupported where it is no such device; System.
    Result<std::uint64_t> size(const UniqueFd& device, const std::string& path) const;

    /// A part of it, whole pages inside the device, as a dma-buf. Errors: Usage, System.
    Result<UniqueFd> export_dma_buf(const UniqueFd& device,
                                    std::uint64_t offset,
                                    std::uint64_t size) const;

  private:
    Ioctl ioctl_;
};

}  // namespace oriel
