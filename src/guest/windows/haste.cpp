// SPDX-License-Identifier: MIT
#include "guest/haste.h"

#include <bit>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <windows.h>

#include "base/log.h"
#include "base/unique_handle.h"

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

/// A thread's place in a task of MMCSS.
struct TaskTraits {
    using Raw = HANDLE;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept {
        if (auto* const leave = find<LeaveTask>(kThreads, "AvRevertMmThreadCharacteristics")) {
            static_cast<void>(leave(raw));
        }
    }
};

using UniqueTask = UniqueHandle<TaskTraits>;

class WindowsHaste final : public Haste {
  public:
    explicit WindowsHaste(UniqueTask task) : task_(std::move(task)) {}

  private:
    UniqueTask task_;
};

UniqueTask join_task() {
    UniqueTask task;
    if (auto* const join = find<JoinTask>(kThreads, "AvSetMmThreadCharacteristicsW")) {
        DWORD index = 0;
        // Both are tasks that a Windows comes with; an administrator may have taken one away.
        task.reset(join(L"Capture", &index));
        if (!task) {
            task.reset(join(L"Games", &index));
        }
    }
    return task;
}

/// D3DKMT_SCHEDULINGPRIORITYCLASS of d3dkmthk.h, which mingw-w64 lacks. Not its "realtime" (5),
/// which would go before the very programs whose pictures are captured.
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

std::unique_ptr<Haste> make_haste() {
    UniqueTask task = join_task();
    log(LogLevel::Debug,
        fmt::format("thread among those that capture: {}; GPU priority: {}",
                    task ? "yes" : "refused",
                    hasten_gpu()));
    return task ? std::make_unique<WindowsHaste>(std::move(task)) : nullptr;
}

}  // namespace oriel
