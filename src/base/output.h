// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace oriel {

/// One line on stdout, seen at once by whoever reads it through a pipe.
void print_line(std::string_view line);

}  // namespace oriel
