// SPDX-License-Identifier: MIT
#include "base/stop_signals.h"

#include <atomic>

#include <windows.h>

namespace oriel {
namespace {

constexpr int kNone = -1;

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
    OwnedHandle news(::CreateEventW(nullptr, /*manual reset*/ TRUE, /*set*/ FALSE, nullptr));
    if (!news) {
        return Failure(Error::system("wait for Ctrl-C", static_cast<int>(::GetLastError())));
    }
    news_event = news.get();
    if (::SetConsoleCtrlHandler(note_stop, TRUE) == 0) {
        return Failure(Error::system("wait for Ctrl-C", static_cast<int>(::GetLastError())));
    }
    return StopSignals(std::move(news));
}

std::optional<int> StopSignals::take() const {
    static_cast<void>(::ResetEvent(news_.get()));
    const int kind = asked.exchange(kNone);
    return kind == kNone ? std::nullopt : std::optional(kind);
}

}  // namespace oriel
