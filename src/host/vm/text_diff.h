// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oriel {

enum class Colours : std::uint8_t { No, Yes };

/// On a terminal that is not told NO_COLOR.
Colours colours_for_stdout();

/// What changes from one text to the other, by lines, with three lines around each change: the
/// form that `diff -u` made known. Values of passwd='' are not shown. "" where nothing changes.
std::string text_diff(std::string_view before, std::string_view after, Colours colours);

}  // namespace oriel
