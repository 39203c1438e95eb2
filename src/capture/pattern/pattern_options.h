// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "relay/geometry.h"

namespace oriel {

/// What moves in a pattern from one frame to the next, beside the stamp.
enum class PatternChange : std::uint8_t {
    Full,   ///< Every pixel.
    Rect,   ///< A small rectangle travels; what it leaves is restored.
    Still,  ///< Nothing, the stamp included: one frame.
};

struct PatternOptions {
    Size size{1920, 1080};
    std::uint32_t rate_hz = 60;  ///< 0: as often as somebody captures.
    PatternChange change = PatternChange::Full;
    Size rect{64, 64};  ///< PatternChange::Rect.

    /// "[WxH[@HZ]][,full|rect[=WxH]|still]", what follows "pattern:" on the command line; empty:
    /// the defaults. Errors: Usage, quoting `text`.
    static Result<PatternOptions> parse(std::string_view text);

    friend bool operator==(const PatternOptions&, const PatternOptions&) = default;
};

/// The stamp has to fit.
inline constexpr std::uint32_t kMinPatternSide = 128;

}  // namespace oriel
