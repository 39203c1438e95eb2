// SPDX-License-Identifier: MIT
#include "capture/testing/ring_memory.h"

#include "base/linux/sealed_memory.h"

namespace oriel::test {

Result<RingMemory> RingMemory::make(std::uint64_t bytes) {
    RingMemory made;
    ORIEL_TRY_ASSIGN(made.file, create_sealed_memory("oriel-test-slots", bytes, PageSize::Normal));
    ORIEL_TRY_ASSIGN(made.memory,
                     MappedMemory::map(made.file, Access::ReadWrite, "the test's slots"));
    return made;
}

}  // namespace oriel::test
