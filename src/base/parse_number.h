// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace oriel {

/// The number that `text` is, all of it: no sign but "-", no spaces, nothing behind it. Nothing for
/// anything else, one that Number cannot hold included. `base` is for whole numbers.
template <class Number>
std::optional<Number> parse_number(std::string_view text, [[maybe_unused]] int base = 10) {
    Number number{};
    const char* const end = text.data() + text.size();
    std::from_chars_result read{};
    // NOLINTBEGIN(bugprone-suspicious-stringview-data-usage): the end is told.
    if constexpr (std::is_floating_point_v<Number>) {
        read = std::from_chars(text.data(), end, number);
    } else {
        read = std::from_chars(text.data(), end, number, base);
    }
    // NOLINTEND(bugprone-suspicious-stringview-data-usage)
    if (read.ec != std::errc() || read.ptr != end) {
        return std::nullopt;
    }
    return number;
}

}  // namespace oriel
