// SPDX-License-Identifier: MIT
#include "base/process.h"

#include <windows.h>

#include "base/windows/wide_text.h"

namespace oriel {

std::uint32_t process_id() {
    return ::GetCurrentProcessId();
}

std::string host_name() {
    wchar_t name[256] = {};
    DWORD size = 256;
    const bool is_told = ::GetComputerNameExW(ComputerNameDnsHostname, name, &size) != 0;
    return is_told ? to_utf8(name) : "";
}

}  // namespace oriel
