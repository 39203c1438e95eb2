// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// What a memory file is made of.
enum class PageSize : std::uint8_t { Normal, Huge };

/// A memory file of `size` bytes, zero-filled, that nobody can shrink, grow or unseal; and that
/// only its owner can reopen (mode 0600).
/// Errors: System, also where the machine has no such memory free (hugepages).
Result<UniqueFd> create_sealed_memory(const char* name, std::uint64_t size, PageSize pages);

}  // namespace oriel
