// SPDX-License-Identifier: MIT
#include "base/mapped_memory.h"

#include <utility>

namespace oriel {

MappedMemory::MappedMemory(MappedMemory&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})), unmap_(std::exchange(other.unmap_, nullptr)) {}

MappedMemory& MappedMemory::operator=(MappedMemory&& other) noexcept {
    if (this != &other) {
        std::swap(bytes_, other.bytes_);
        std::swap(unmap_, other.unmap_);
        const MappedMemory old = std::move(other);
    }
    return *this;
}

MappedMemory::~MappedMemory() {
    if (unmap_ != nullptr) {
        unmap_(bytes_);
    }
}

}  // namespace oriel
