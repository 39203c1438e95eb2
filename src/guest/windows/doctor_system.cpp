// SPDX-License-Identifier: MIT
#include <bit>

#include <windows.h>

#include "base/windows/wide_text.h"
#include "guest/windows/doctor_facts.h"
#include "guest/windows/installed_service.h"
#include "guest/windows/machine_folder.h"

namespace oriel {

DoctorFacts::System find_system() {
    // KUSER_SHARED_DATA tells the version of the system itself; GetVersionEx() tells one that is
    // made up for programs without a manifest. ntdll.dll has a function that reads it.
    using GetVersion = LONG WINAPI(OSVERSIONINFOW*);
    OSVERSIONINFOW version{};
    version.dwOSVersionInfoSize = sizeof(version);
    const HMODULE ntdll = ::GetModuleHandleW(L"ntdll.dll");
    if (ntdll != nullptr) {
        if (const FARPROC function = ::GetProcAddress(ntdll, "RtlGetVersion")) {
            static_cast<void>(std::bit_cast<GetVersion*>(function)(&version));
        }
    }
    const bool sees_pixels =
        ::GetAwarenessFromDpiAwarenessContext(::GetThreadDpiAwarenessContext()) ==
        DPI_AWARENESS_PER_MONITOR_AWARE;
    return {.major = version.dwMajorVersion,
            .build = version.dwBuildNumber,
            .sees_pixels = sees_pixels};
}

DoctorFacts::Sessions find_sessions() {
    constexpr DWORD kNone = 0xFFFFFFFF;
    DoctorFacts::Sessions sessions;
    DWORD own = 0;
    if (::ProcessIdToSessionId(::GetCurrentProcessId(), &own) != 0) {
        sessions.own = own;
    }
    if (const DWORD session = ::WTSGetActiveConsoleSessionId(); session != kNone) {
        sessions.with_screen = session;
    }
    sessions.is_remote = ::GetSystemMetrics(SM_REMOTESESSION) != 0;
    return sessions;
}

Result<DoctorFacts::Service> find_service() {
    ORIEL_TRY_ASSIGN(const auto found, InstalledService::find(InstalledService::Wish::Look));
    if (!found) {
        return DoctorFacts::Service{};
    }
    ORIEL_TRY_ASSIGN(const InstalledService::State state, found->state());
    ORIEL_TRY_ASSIGN(const InstalledService::Setup setup, found->setup());
    ORIEL_TRY_ASSIGN(const std::wstring folder, machine_folder_path());
    return DoctorFacts::Service{.is_installed = true,
                                .runs = state.runs,
                                .starts_at_boot = setup.starts_at_boot,
                                .log = to_utf8(folder) + "\\guest.log"};
}

}  // namespace oriel
