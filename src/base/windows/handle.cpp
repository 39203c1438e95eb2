// SPDX-License-Identifier: MIT
#include "base/windows/handle.h"

#include <windows.h>

namespace oriel {

bool HandleTraits::is_open(Raw raw) {
    return raw != nullptr && raw != INVALID_HANDLE_VALUE;
}

void HandleTraits::close(Raw raw) noexcept {
    static_cast<void>(::CloseHandle(raw));
}

}  // namespace oriel
