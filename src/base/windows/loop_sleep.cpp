// SPDX-License-Identifier: MIT
#include "base/loop_sleep.h"

#include <algorithm>
#include <vector>

#include <windows.h>

#include "base/assert.h"

namespace oriel {
namespace {

/// mingw's headers have no name for it. Windows 10 1803 and later; else CreateWaitableTimerExW()
/// refuses, and a timer of the usual kind ends up to a clock tick late.
constexpr DWORD kHighResolution = 0x2;

OwnedHandle create_timer() {
    OwnedHandle timer(
        ::CreateWaitableTimerExW(nullptr, nullptr, kHighResolution, TIMER_ALL_ACCESS));
    if (!timer) {
        timer.reset(::CreateWaitableTimerExW(nullptr, nullptr, 0, TIMER_ALL_ACCESS));
    }
    ORIEL_ASSERT(timer);
    return timer;
}

/// As SetWaitableTimer() has it: below zero, in units of 100 ns, from now on.
LARGE_INTEGER due_in(Nanoseconds time) {
    constexpr std::int64_t kUnit = 100;
    LARGE_INTEGER due{};
    due.QuadPart = -(time.count() + kUnit - 1) / kUnit;
    return due;
}

}  // namespace

struct LoopSleep::System {
    OwnedHandle timer = create_timer();
    std::vector<HANDLE> handles;  ///< And the timer, behind them, while there is a limit.
    std::size_t awaited = 0;

    Result<DWORD> wait(DWORD milliseconds) const {
        const DWORD count = static_cast<DWORD>(handles.size());
        if (count == 0) {
            ::Sleep(milliseconds);
            return WAIT_TIMEOUT;
        }
        const DWORD woken =
            ::WaitForMultipleObjects(count, handles.data(), /*all*/ FALSE, milliseconds);
        if (woken == WAIT_FAILED) {
            return Failure(Error::system("wait for events", static_cast<int>(::GetLastError())));
        }
        return woken;
    }
};

LoopSleep::LoopSleep() : system_(std::make_unique<System>()) {}

LoopSleep::~LoopSleep() = default;

void LoopSleep::await_none() {
    system_->handles.clear();
    system_->awaited = 0;
}

void LoopSleep::await(NativeHandle handle) {
    ORIEL_ASSERT(system_->awaited + 1 < MAXIMUM_WAIT_OBJECTS);
    system_->handles.push_back(handle);
    system_->awaited = system_->handles.size();
}

Result<bool> LoopSleep::sleep(std::optional<Nanoseconds> longest) {
    const DWORD awaited = static_cast<DWORD>(system_->awaited);
    system_->handles.resize(awaited);
    DWORD milliseconds = INFINITE;
    if (longest && *longest <= Nanoseconds(0)) {
        milliseconds = 0;
    } else if (longest) {
        const LARGE_INTEGER due = due_in(*longest);
        if (::SetWaitableTimer(system_->timer.get(), &due, 0, nullptr, nullptr, FALSE) == 0) {
            return Failure(Error::system("set a timer", static_cast<int>(::GetLastError())));
        }
        system_->handles.push_back(system_->timer.get());
    }
    ORIEL_TRY_ASSIGN(const DWORD woken, system_->wait(milliseconds));
    return woken - WAIT_OBJECT_0 < awaited;
}

bool LoopSleep::is_ready(std::size_t index) const {
    return ::WaitForSingleObject(system_->handles[index], 0) == WAIT_OBJECT_0;
}

}  // namespace oriel
