// SPDX-License-Identifier: MIT
#include "guest/last_word.h"

namespace oriel {

/// The ivshmem driver maps its memory for one process alone.
Result<std::unique_ptr<LastWord>> leave_last_word(Region& /*region*/) {
    return Failure(Error::unsupported(
        "nobody else can map the region: viewers learn of a killed agent by its silence"));
}

}  // namespace oriel
