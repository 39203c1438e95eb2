// SPDX-License-Identifier: MIT
#include "base/loop_sleep.h"

#include <algorithm>
#include <vector>

#include <windows.h>

#include "base/assert.h"
#include "base/windows/last_error.h"
#include "base/windows/waitable_timer.h"

namespace oriel {
struct LoopSleep::System {
    WaitableTimer timer;
    std::vector<HANDLE> handles;  ///< And the timer, behind them, while there is a limit.
    std::size_t awaited = 0;

    explicit System(WaitableTimer made) : timer(std::move(made)) {}

    Result<DWORD> wait(DWORD milliseconds) const {
        const DWORD count = static_cast<DWORD>(handles.size());
        if (count == 0) {
            ::Sleep(milliseconds);
            return WAIT_TIMEOUT;
        }
        const DWORD woken =
            ::WaitForMultipleObjects(count, handles.data(), /*all*/ FALSE, milliseconds);
        if (woken == WAIT_FAILED) {
            return Failure(last_error("wait for events"));
        }
        return woken;
    }
};

LoopSleep::LoopSleep() : system_(std::make_unique<System>(WaitableTimer::make().value())) {}

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
        system_->timer.arm(*longest);
        system_->handles.push_back(system_->timer.handle());
    }
    ORIEL_TRY_ASSIGN(const DWORD woken, system_->wait(milliseconds));
    return woken - WAIT_OBJECT_0 < awaited;
}

bool LoopSleep::is_ready(std::size_t index) const {
    return ::WaitForSingleObject(system_->handles[index], 0) == WAIT_OBJECT_0;
}

}  // namespace oriel
