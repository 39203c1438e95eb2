// SPDX-License-Identifier: MIT
#include "guest/windows/haste.h"

#include <bit>

#include <fmt/format.h>
#include <windows.h>

namespace oriel {
namespace {

/// A function of a DLL that a Windows may lack; null where it does.
template <class Function>
Function* find(const wchar_t* library, const char* name) {
    const HMODULE module = ::LoadLibraryExW(library, nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    return module != nullptr ? std::bit_cast<Function*>(::GetProcAddress(module, name)) : nullptr;
}

constexpr const wchar_t* kThreads = L"avrt.dll";
using JoinTask = HANDLE WINAPI(const wchar_t* task, DWORD* index);
using LeaveTask = BOOL WINAPI(HANDLE task);

/// D3DKMT_SCHEDULINGPRIORITYCLASS of d3dkmthk.h, which mingw-w64 lacks. Not its "realtime" (5),
/// which starves what it is to capture, and on some drivers hangs once the card's memory is full.
constexpr int kHighPriority = 4;
using SetGpuPriority = LONG WINAPI(HANDLE process, int priority);

std::string hasten_gpu() {
    auto* const set_priority =
        find<SetGpuPriority>(L"gdi32.dll", "D3DKMTSetProcessSchedulingPriorityClass");
    if (set_priority == nullptr) {
        return "unknown to this Windows";
    }
    const LONG status = set_priority(::GetCurrentProcess(), kHighPriority);
    return status >= 0 ? "high"
                       : fmt::format("refused ({:#x})", std::bit_cast<unsigned long>(status));
}

}  // namespace

void Haste::ThreadTraits::close(Raw raw) noexcept {
    if (auto* const leave = find<LeaveTask>(kThreads, "AvRevertMmThreadCharacteristics")) {
        static_cast<void>(leave(raw));
    }
}

Haste Haste::take() {
    Haste haste;
    if (auto* const join = find<JoinTask>(kThreads, "AvSetMmThreadCharacteristicsW")) {
        DWORD index = 0;
        // Both are tasks that a Windows comes with; an administrator may have taken one away.
        haste.thread_.reset(join(L"Capture", &index));
        if (!haste.thread_) {
            haste.thread_.reset(join(L"Games", &index));
        }
    }
    haste.description_ = fmt::format("thread among those that capture: {}; GPU priority: {}",
                                     haste.thread_ ? "yes" : "refused",
                                     hasten_gpu());
    return haste;
}

}  // namespace oriel
