// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oriel {

/// A picture's size and how often it is shown, as a person asks a monitor for it.
struct EdidMode {
    std::uint32_t width;
    std::uint32_t height;
    std::uint32_t refresh_mhz;

    bool operator==(const EdidMode&) const = default;

    /// "1920x1080", "2560x1440@144", "1920x1080@59.94"; without a rate: 60 Hz.
    /// Errors: Usage, naming what is wrong and what would be right.
    static Result<EdidMode> parse(std::string_view text);

    /// As the person would type it again.
    std::string text() const;
};

// What make_edid() takes: 8K either way up, and as fast as monitors are.
constexpr std::uint32_t kMinEdidSide = 480;
constexpr std::uint32_t kMaxEdidSide = 8192;
constexpr std::uint32_t kMinEdidRefreshMhz = 20'000;
constexpr std::uint32_t kMaxEdidRefreshMhz = 500'000;

}  // namespace oriel
