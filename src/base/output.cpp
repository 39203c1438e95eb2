// SPDX-License-Identifier: MIT
#include "base/output.h"

#include <cstdio>

#include <fmt/format.h>

namespace oriel {

void print_line(std::string_view line) {
    fmt::print("{}\n", line);
    static_cast<void>(std::fflush(stdout));
}

}  // namespace oriel
