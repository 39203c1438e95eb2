// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

namespace oriel {

/// A picture format of CTA-861, as televisions name them by number.
struct VideoFormat {
    std::uint32_t width;
    std::uint32_t height;
    std::uint32_t refresh_mhz;  ///< Fields, where it is interlaced.
    bool is_interlaced;
};

/// Nothing for a code that stands for no format.
std::optional<VideoFormat> video_format_of(std::uint32_t code);

}  // namespace oriel
