// SPDX-License-Identifier: MIT
#include "guest/windows/service_settings.h"

#include <array>

#include <windows.h>

#include "base/windows/last_error.h"
#include "guest/windows/service_names.h"

namespace oriel {

Result<std::wstring> own_program() {
    std::array<wchar_t, 32768> path{};  // The longest that Windows has.
    const DWORD size = ::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    if (size == 0 || size == path.size()) {
        return Failure(last_error("find this program's own file"));
    }
    return std::wstring(path.data(), size);
}

Result<std::wstring> agent_options() {
    std::array<wchar_t, 4096> text{};
    DWORD size = sizeof(text);
    const LSTATUS code = ::RegGetValueW(HKEY_LOCAL_MACHINE,
                                        kServiceParameters,
                                        kServiceOptions,
                                        RRF_RT_REG_SZ,
                                        nullptr,
                                        text.data(),
                                        &size);
    if (code == ERROR_FILE_NOT_FOUND) {
        return std::wstring();
    }
    if (code != ERROR_SUCCESS) {
        return Failure(
            Error::system("read the agent's options (the string Options in the service's "
                          "registry key Parameters)",
                          static_cast<int>(code)));
    }
    return std::wstring(text.data());
}

Result<std::wstring> agent_command() {
    ORIEL_TRY_ASSIGN(const std::wstring program, own_program());
    ORIEL_TRY_ASSIGN(const std::wstring options, agent_options());
    std::wstring command = L"\"" + program + L"\" --wait";
    if (!options.empty()) {
        command += L" " + options;
    }
    return command;
}

}  // namespace oriel
