// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace oriel {

/// The one of `words` that somebody who typed `typed` most likely meant: the fewest letters to
/// change, add, leave out or swap. The first of several alike; empty where there are no words.
std::string nearest_word(std::string_view typed, std::span<const std::string> words);

}  // namespace oriel
