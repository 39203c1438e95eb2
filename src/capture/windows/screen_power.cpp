// SPDX-License-Identifier: MIT
#include "capture/windows/screen_power.h"

#include <windows.h>

// After windows.h, which it needs.
#include <powrprof.h>

namespace oriel {

bool is_screen_kept_on() {
    ULONG state = 0;
    const LONG status =
        ::CallNtPowerInformation(SystemExecutionState, nullptr, 0, &state, sizeof(state));
    return status == 0 && (state & ES_DISPLAY_REQUIRED) != 0;
}

}  // namespace oriel
