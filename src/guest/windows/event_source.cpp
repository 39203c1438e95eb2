// SPDX-License-Identifier: MIT
#include "guest/windows/event_source.h"

#include <windows.h>

#include "guest/windows/service_names.h"

namespace oriel {

Result<void> add_event_source(const std::wstring& program) {
    const DWORD kinds = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
    const auto size = static_cast<DWORD>((program.size() + 1) * sizeof(wchar_t));
    LSTATUS code = ::RegSetKeyValueW(
        HKEY_LOCAL_MACHINE, kEventSourceKey, L"EventMessageFile", REG_SZ, program.c_str(), size);
    if (code == ERROR_SUCCESS) {
        code = ::RegSetKeyValueW(HKEY_LOCAL_MACHINE,
                                 kEventSourceKey,
                                 L"TypesSupported",
                                 REG_DWORD,
                                 &kinds,
                                 sizeof(kinds));
    }
    if (code != ERROR_SUCCESS) {
        return Failure(Error::system("register with the event log", static_cast<int>(code)));
    }
    return {};
}

Result<void> remove_event_source() {
    const LSTATUS code = ::RegDeleteTreeW(HKEY_LOCAL_MACHINE, kEventSourceKey);
    if (code != ERROR_SUCCESS && code != ERROR_FILE_NOT_FOUND) {
        return Failure(
            Error::system("take the service out of the event log", static_cast<int>(code)));
    }
    return {};
}

}  // namespace oriel
