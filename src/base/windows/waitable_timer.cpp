// SPDX-License-Identifier: MIT
#include "base/windows/waitable_timer.h"

#include <algorithm>

#include <windows.h>

#include "base/assert.h"
#include "base/windows/last_error.h"

namespace oriel {
namespace {

/// CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, which mingw's headers do not name. Windows before 1803
/// refuses it.
constexpr DWORD kHighResolution = 0x2;

/// As SetWaitableTimer() has it: below zero, in units of 100 ns, from now on.
LARGE_INTEGER due_in(Nanoseconds delay) {
    constexpr std::int64_t kUnit = 100;
    LARGE_INTEGER due{};
    due.QuadPart = -((std::max(delay, Nanoseconds(1)).count() + kUnit - 1) / kUnit);
    return due;
}

}  // namespace

Result<WaitableTimer> WaitableTimer::make() {
    for (const DWORD kind : {kHighResolution, DWORD{0}}) {
        OwnedHandle timer(::CreateWaitableTimerExW(
            nullptr, nullptr, CREATE_WAITABLE_TIMER_MANUAL_RESET | kind, TIMER_ALL_ACCESS));
        if (timer) {
            return WaitableTimer(std::move(timer));
        }
    }
    return Failure(last_error("create a timer"));
}

void WaitableTimer::arm(Nanoseconds delay) const {
    const LARGE_INTEGER due = due_in(delay);
    const BOOL armed = ::SetWaitableTimer(timer_.get(), &due, 0, nullptr, nullptr, FALSE);
    ORIEL_ASSERT(armed != 0);
}

/// CancelWaitableTimer() alone leaves one that is set as it is.
void WaitableTimer::disarm() const {
    arm(std::chrono::hours(1));
    static_cast<void>(::CancelWaitableTimer(timer_.get()));
}

}  // namespace oriel
