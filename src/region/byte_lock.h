// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// Locks on single bytes of a file, which belong to the open file description: they go with a
/// descriptor that is passed on, and end when its last holder does, however it ends.
enum class ByteLock : std::uint8_t {
    Shared,     ///< The descriptor has to be readable.
    Exclusive,  ///< ... writable.
};

/// False where somebody else's lock is in the way. Blocks: never. Errors: System.
Result<bool> try_lock_byte(const UniqueFd& file, std::uint64_t byte, ByteLock lock);

/// Another open file description has a lock on that byte. Takes none.
bool is_byte_locked(const UniqueFd& file, std::uint64_t byte);

}  // namespace oriel
