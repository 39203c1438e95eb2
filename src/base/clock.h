// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

namespace oriel {

/// A moment on one machine's own clock. Moments of guest and host are never compared directly:
/// relay/clock_match.h estimates what lies between them.
using Nanoseconds = std::chrono::nanoseconds;

/// This machine's monotonic clock (CLOCK_MONOTONIC, QueryPerformanceCounter): time since some
/// fixed moment in the past, never set back.
///
/// Threads: any. Costs tens of nanoseconds.
Nanoseconds monotonic_now();

/// A number that is the same for every process whose monotonic_now() reads the same clock (same
/// kernel, same boot) and, in all likelihood, different for everybody else; never 0 unless the
/// system does not tell.
std::uint64_t clock_domain();

/// 64 bits that differ each time, for epochs and nonces; never 0. Unguessable once the machine has
/// run for a while, and there at once, also in a guest that only just started.
std::uint64_t random_u64();

}  // namespace oriel
