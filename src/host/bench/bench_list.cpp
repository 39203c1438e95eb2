// SPDX-License-Identifier: MIT
#include "host/bench/bench_list.h"

#include <array>

namespace oriel {
namespace {

constexpr std::array kBenches{
    Bench{"relay-4k", "4K pictures through the relay", 5, bench_relay_4k},
    Bench{"wakeup", "from publishing to a subscriber awake", 12, bench_wakeup},
    Bench{"small-change", "a 64x64 change in a 4K picture", 4, bench_small_change},
    Bench{"overlap", "a reader close behind its writer", 4, bench_overlap},
    Bench{"idle", "a screen that does not change", 14, bench_idle},
    Bench{"guest-cost", "what capturing costs a program that draws", 25, bench_guest_cost},
    Bench{"fast-guest", "240 frames a second for a 60 Hz viewer", 62, bench_fast_guest},
    Bench{"stopped-viewer", "a viewer stopped in the middle of reading", 24, bench_stopped_viewer},
    Bench{"wayland", "the viewer's share on a Wayland compositor", 65, bench_wayland},
    Bench{"glass-wayland", "from one screen to a Wayland compositor", 60, bench_glass_wayland},
    Bench{"x11", "from one X server to another", 25, bench_x11},
    Bench{"looking-glass", "a Looking Glass guest, which rings nobody", 22, bench_looking_glass},
    Bench{"start", "starts and restarts, until there is a picture", 25, bench_start},
};

}  // namespace

std::span<const Bench> all_benches() {
    return kBenches;
}

}  // namespace oriel
