// SPDX-License-Identifier: MIT
#include "base/linux/fd.h"

#include <unistd.h>

namespace oriel {

void FdTraits::close(Raw raw) noexcept {
    // Not retried on EINTR: Linux has released the number by then, and it may be someone else's.
    static_cast<void>(::close(raw));
}

}  // namespace oriel
