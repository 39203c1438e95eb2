// SPDX-License-Identifier: MIT
#include "region/windows/device_claim.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <windows.h>

namespace oriel {

Result<OwnedHandle> claim_device(const std::wstring& path, const std::string& name) {
    std::wstring mutex_name = L"Global\\oriel-guest ";
    // A name has one backslash, behind its namespace.
    std::ranges::replace_copy(path, std::back_inserter(mutex_name), L'\\', L'/');
    OwnedHandle mutex(::CreateMutexW(nullptr, FALSE, mutex_name.c_str()));
    const int code = static_cast<int>(::GetLastError());
    if (code == ERROR_ALREADY_EXISTS || code == ERROR_ACCESS_DENIED) {
        return Failure(Error::busy(fmt::format(
            "another oriel-guest has {} already: end it, or stop the service that started it",
            name)));
    }
    if (!mutex) {
        return Failure(Error::system("reserve " + name, code));
    }
    return mutex;
}

}  // namespace oriel
