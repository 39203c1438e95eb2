// SPDX-License-Identifier: MIT
#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace oriel {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
    // Plain stdio: this also runs when the allocator or the log is what broke.
    static_cast<void>(std::fprintf(stderr, "%s:%d: bug: expected %s\n", file, line, condition));
    std::abort();
}

}  // namespace oriel
