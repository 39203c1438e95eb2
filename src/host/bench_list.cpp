// SPDX-License-Identifier: MIT
#include "host/bench_list.h"

#include <array>

namespace oriel {
namespace {

constexpr std::array kBenches{
    Bench{"relay-4k", "4K pictures through the relay", 5, bench_relay_4k},
    Bench{"wakeup", "from publishing to a subscriber awake", 12, bench_wakeup},
    Bench{"small-change", "a 64x64 change in a 4K picture", 4, bench_small_change},
    Bench{"overlap", "a reader close behind its writer", 4, bench_overlap},
};

}  // namespace

std::span<const Bench> all_benches() {
    return kBenches;
}

}  // namespace oriel
