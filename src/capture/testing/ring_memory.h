// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/mapped_memory.h"
#include "base/native_handle.h"
#include "base/result.h"

namespace oriel::test {

/// Memory that a source can be lent as it is lent a region: a file of the system's, mapped.
struct RingMemory {
    OwnedHandle file;
    MappedMemory memory;

    static Result<RingMemory> make(std::uint64_t bytes);
};

}  // namespace oriel::test
