// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "base/mapped_memory.h"
#include "base/result.h"

namespace oriel {

/// The registers of an ivshmem device with a doorbell (its BAR 0), as QEMU's
/// docs/specs/ivshmem-spec has them.
class PciRegisters {
  public:
    /// `memory` is all of the BAR. Errors: Protocol where it is too small to be that.
    static Result<PciRegisters> in(MappedMemory memory, const std::string& name);

    /// Its number among the peers; negative while nobody serves the device.
    std::int32_t position() const;

    /// Rings the peer's first and only doorbell. QEMU passes over peers it does not know.
    void ring(std::uint32_t peer) noexcept;

  private:
    explicit PciRegisters(MappedMemory memory) : memory_(std::move(memory)) {}

    volatile std::uint32_t& at(std::size_t offset) const;

    MappedMemory memory_;
};

}  // namespace oriel
