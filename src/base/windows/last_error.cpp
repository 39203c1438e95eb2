// SPDX-License-Identifier: MIT
#include "base/windows/last_error.h"

#include <windows.h>

namespace oriel {

Error last_error(const std::string& action) {
    return Error::system(action, static_cast<int>(::GetLastError()));
}

}  // namespace oriel
