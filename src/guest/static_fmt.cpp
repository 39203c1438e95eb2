// SPDX-License-Identifier: MIT
// For the static oriel-guest: distributions carry {fmt} as a shared library only. Made from its
// headers, every function that our objects look for in that library is here. This file is compiled
// without inlining (CMakeLists.txt), or the compiler would not put them out.
#define FMT_HEADER_ONLY  // NOLINT(readability-identifier-naming): {fmt}'s own
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace oriel {

/// Never called. Uses what our code uses, with every kind of argument.
std::string use_all_of_fmt(const void* pointer);

std::string use_all_of_fmt(const void* pointer) {
    return fmt::format("{} {} {} {:.1f} {} {} {} {} {:x}",
                       1LL,
                       1ULL,
                       1.0F,
                       1.0,
                       'c',
                       true,
                       std::string(),
                       pointer,
                       1);
}

}  // namespace oriel
