// SPDX-License-Identifier: MIT
#include "base/clock.h"

#include <fstream>
#include <string>

#include <sys/random.h>
#include <time.h>

namespace oriel {

Nanoseconds monotonic_now() {
    timespec now{};
    static_cast<void>(::clock_gettime(CLOCK_MONOTONIC, &now));
    return std::chrono::seconds(now.tv_sec) + Nanoseconds(now.tv_nsec);
}

std::uint64_t clock_domain() {
    // FNV-1a over the boot's UUID; a time namespace shifts the clock, so it counts in as well.
    std::uint64_t hash = 0xcbf29ce484222325U;
    const auto mix = [&hash](const std::string& text) {
        for (const char c : text) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        }
    };
    std::string line;
    if (std::ifstream boot_id("/proc/sys/kernel/random/boot_id"); !std::getline(boot_id, line)) {
        return 0;
    }
    mix(line);
    if (std::ifstream offsets("/proc/self/timens_offsets"); offsets) {
        while (std::getline(offsets, line)) {
            mix(line);
        }
    }
    return hash == 0 ? 1 : hash;
}

std::uint64_t random_u64() {
    // Different each time, not secret. A machine that just started may take a second or more until
    // it gives the other kind; before Linux 5.6 there is no choice.
    unsigned flags = GRND_INSECURE;
    std::uint64_t value = 0;
    while (value == 0) {
        if (::getrandom(&value, sizeof(value), flags) != sizeof(value)) {
            value = 0;
            flags = 0;
        }
    }
    return value;
}

}  // namespace oriel
