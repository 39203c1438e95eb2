// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace oriel {

/// Windows' own text (UTF-16) as ours (UTF-8), and back. What is not valid becomes U+FFFD.
std::string to_utf8(std::wstring_view text);
std::wstring to_wide(std::string_view text);

}  // namespace oriel
