// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace oriel {

// Files by which the kernel tells one thing each. One that cannot be read tells nothing.

/// Its first line, without the end.
std::string first_line_in(const std::filesystem::path& path);

/// The hexadecimal number in it; 0 where there is none.
std::uint64_t hex_number_in(const std::filesystem::path& path);

}  // namespace oriel
