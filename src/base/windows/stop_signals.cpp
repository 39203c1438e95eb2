// SPDX-License-Identifier: MIT
#include "base/stop_signals.h"

#include <atomic>

#include <windows.h>

#include "base/windows/last_error.h"
#include "base/windows/stop_event.h"

namespace oriel {
namespace {

constexpr int kNone = -1;

/// Of the parent's event; the system's own are small.
constexpr int kParent = 100;

/// What the handler needs, which runs on a thread of the system's; for as long as the process
/// lives.
std::atomic<int> asked{kNone};
std::atomic<HANDLE> news_event{nullptr};

BOOL WINAPI note_stop(DWORD kind) {
    asked = static_cast<int>(kind);
    static_cast<void>(::SetEvent(news_event));
    if (kind != CTRL_C_EVENT && kind != CTRL_BREAK_EVENT) {
        // When this returns the system ends the process, whatever it is at.
        ::Sleep(INFINITE);
    }
    return TRUE;
}

}  // namespace

Result<StopSignals> StopSignals::take_over() {
    OwnedHandle news = take_stop_event();
    if (!news) {
        news.reset(::CreateEventW(nullptr, /*manual reset*/ TRUE, /*set*/ FALSE, nullptr));
    }
    if (!news) {
        return Failure(last_error("wait for Ctrl-C"));
    }
    news_event = news.get();
    if (::SetConsoleCtrlHandler(note_stop, TRUE) == 0) {
        return Failure(last_error("wait for Ctrl-C"));
    }
    return StopSignals(std::move(news));
}

std::optional<int> StopSignals::take() const {
    const bool is_set = ::WaitForSingleObject(news_.get(), 0) == WAIT_OBJECT_0;
    static_cast<void>(::ResetEvent(news_.get()));
    const int kind = asked.exchange(kNone);
    if (kind == kNone) {
        // The handler sets the event with its kind; a parent sets the event alone.
        return is_set ? std::optional(kParent) : std::nullopt;
    }
    return kind;
}

}  // namespace oriel
