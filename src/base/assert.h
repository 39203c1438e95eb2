// SPDX-License-Identifier: MIT
#pragma once

namespace oriel {

/// Prints the broken expectation and aborts. Never returns.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace oriel

/// States something only a bug in this program can break. Stays on in release builds.
///
/// Trust: never used on a value that came from a guest, a file, a socket or the command line;
/// those get an Error.
#define ORIEL_ASSERT(condition)                          \
    (static_cast<bool>(condition) ? static_cast<void>(0) \
                                  : ::oriel::assertion_failed(#condition, __FILE__, __LINE__))
