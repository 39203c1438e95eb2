// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "base/mapped_memory.h"

namespace oriel {

/// What a person does to get a region of `bytes` where it is the memory of an ivshmem device, in
/// which a broker may have written its name.
std::string how_to_enlarge_pci(const MappedMemory& memory, std::uint64_t bytes);

}  // namespace oriel
