// SPDX-License-Identifier: MIT
#include "base/clock.h"

#include <windows.h>

// After windows.h, which it needs.
#include <ntsecapi.h>

namespace oriel {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

std::int64_t performance_frequency() {
    LARGE_INTEGER frequency{};
    static_cast<void>(::QueryPerformanceFrequency(&frequency));
    return frequency.QuadPart;
}

}  // namespace

Nanoseconds monotonic_now() {
    static const std::int64_t frequency = performance_frequency();
    LARGE_INTEGER counter{};
    static_cast<void>(::QueryPerformanceCounter(&counter));
    // In two parts: the product of both would not fit after ten minutes at 10 MHz.
    const std::int64_t seconds = counter.QuadPart / frequency;
    const std::int64_t rest = counter.QuadPart % frequency;
    return Nanoseconds(seconds * kNanosecondsPerSecond + rest * kNanosecondsPerSecond / frequency);
}

std::uint64_t clock_domain() {
    // No other program that reads a region shares a Windows guest's clock.
    return 0;
}

std::uint64_t random_u64() {
    std::uint64_t value = 0;
    while (value == 0) {
        static_cast<void>(::RtlGenRandom(&value, sizeof(value)));
    }
    return value;
}

}  // namespace oriel
