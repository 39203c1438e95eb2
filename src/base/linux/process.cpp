// SPDX-License-Identifier: MIT
#include "base/process.h"

#include <unistd.h>

namespace oriel {

std::uint32_t process_id() {
    return static_cast<std::uint32_t>(::getpid());
}

std::string host_name() {
    char name[256] = {};
    return ::gethostname(name, sizeof(name) - 1) == 0 ? name : "";
}

}  // namespace oriel
