// SPDX-License-Identifier: MIT
#include "region/pci_registers.h"

#include <utility>

namespace oriel {
namespace {

constexpr std::size_t kPosition = 8;
constexpr std::size_t kDoorbell = 12;
constexpr std::size_t kSize = 16;
constexpr unsigned kPeerShift = 16;  ///< Below it: the vector, which is 0.

}  // namespace

Result<PciRegisters> PciRegisters::in(MappedMemory memory, const std::string& name) {
    if (memory.bytes().size() < kSize) {
        return Failure(Error::protocol(name + " has no ivshmem registers"));
    }
    return PciRegisters(std::move(memory));
}

/// One access of 32 bits each time, which is what the device takes.
volatile std::uint32_t& PciRegisters::at(std::size_t offset) const {
    return *reinterpret_cast<volatile std::uint32_t*>(memory_.bytes().data() + offset);
}

std::int32_t PciRegisters::position() const {
    return static_cast<std::int32_t>(at(kPosition));
}

void PciRegisters::ring(std::uint32_t peer) noexcept {
    at(kDoorbell) = peer << kPeerShift;
}

}  // namespace oriel
