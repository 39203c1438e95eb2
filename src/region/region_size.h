// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oriel {

/// A picture's size as people write it: 3840x2160.
struct Mode {
    std::uint32_t width;
    std::uint32_t height;

    bool operator==(const Mode&) const = default;
};

inline constexpr Mode kDefaultMode{3840, 2160};
inline constexpr std::uint32_t kDefaultSlots = 4;

/// WxH[,WxH...], one for each output. Errors: Usage, naming what is wrong.
Result<std::vector<Mode>> parse_modes(std::string_view text);

/// The smallest size that carries `slots` slots of 4 bytes a pixel for each of `modes` (at most
/// kMaxOutputs); see needed_region_size().
std::uint64_t region_size_for(std::span<const Mode> modes, std::uint32_t slots);

/// A region's size is a power of two within the ABI's limits: QEMU aborts at any other.
/// Errors: Usage, naming the next size that would do.
Result<void> check_region_size(std::uint64_t size);

}  // namespace oriel
