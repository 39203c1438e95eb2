// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "relay/region_fault.h"

namespace oriel::looking_glass {

/// More than any producer has to say.
inline constexpr std::uint32_t kMaxUserData = 65536;

/// What a producer says of itself and its guest. Texts are printable ASCII; empty: not told.
struct GuestInfo {
    std::uint32_t format_version = 0;  ///< KVMFR. Where it is not ours nothing else is known.
    std::string producer;              ///< "B7"
    std::string uuid;                  ///< "01234567-89ab-cdef-0123-456789abcdef"
    std::string capture;               ///< "DXGI"
    std::string system;                ///< "Windows 11 Pro"
};

/// Reads the application's part of a region's header. `bytes` are a private copy.
/// Errors: BadUserData.
Result<GuestInfo, RegionFault> parse_user_data(std::span<const std::byte> bytes);

}  // namespace oriel::looking_glass
