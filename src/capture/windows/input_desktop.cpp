// SPDX-License-Identifier: MIT
#include "capture/windows/input_desktop.h"

#include <windows.h>

#include "base/windows/last_error.h"

namespace oriel {
Result<void> InputDesktop::enter() {
    const HDESK desktop = ::OpenInputDesktop(0, FALSE, GENERIC_ALL);
    if (desktop == nullptr) {
        return Failure(last_error("open the desktop with the input"));
    }
    if (::SetThreadDesktop(desktop) == FALSE) {
        const Error refusal = last_error("go to the desktop with the input");
        static_cast<void>(::CloseDesktop(desktop));
        return Failure(refusal);
    }
    // Not before: a thread's desktop cannot be closed.
    leave();
    desktop_ = desktop;
    return {};
}

void InputDesktop::leave() noexcept {
    if (auto* const desktop = static_cast<HDESK>(std::exchange(desktop_, nullptr))) {
        static_cast<void>(::CloseDesktop(desktop));
    }
}

}  // namespace oriel
