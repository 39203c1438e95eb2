// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "doctor/check.h"
#include "relay/geometry.h"

namespace oriel {

/// Whether a device's memory of `size` bytes is enough for the frames of the largest screen, which
/// may be empty where none is known. `place`: what the device is called.
Check memory_check(const std::string& place, std::uint64_t size, Size screen);

}  // namespace oriel
