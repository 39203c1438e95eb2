// SPDX-License-Identifier: MIT
// In bench_glass_wayland.cpp's place where the guest agent was built without Wayland.
#include "host/bench/bench_list.h"

namespace oriel {

Result<BenchFigures> bench_glass_wayland() {
    return Failure(Error::unsupported(
        "this oriel was built without the capture of Wayland: leave the bench glass-wayland out"));
}

}  // namespace oriel
