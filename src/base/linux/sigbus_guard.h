// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"

namespace oriel {

/// Keeps this process alive when a file is cut shorter under one of its mappings.
///
/// A read beyond the new end of the file is a SIGBUS. Inside a guarded range the handler lays
/// zero-filled memory of ours over all of the range, remembers that, and lets the read go on.
/// Outside of them whatever handled SIGBUS before gets it, which by default ends the program.
///
/// Threads: any. Errors: System; Busy where the process has more mappings than the table holds.
Result<void> guard_against_truncation(std::span<std::byte> mapping);

/// Before the mapping goes: another one may get its addresses.
void stop_guarding(std::span<std::byte> mapping) noexcept;

/// A fault was mended in it since it is guarded.
bool is_stand_in(std::span<std::byte> mapping) noexcept;

}  // namespace oriel
