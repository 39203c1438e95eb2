// SPDX-License-Identifier: MIT
#include "base/windows/wide_text.h"

#include <windows.h>

namespace oriel {

std::string to_utf8(std::wstring_view text) {
    const int length = static_cast<int>(text.size());
    const int size =
        ::WideCharToMultiByte(CP_UTF8, 0, text.data(), length, nullptr, 0, nullptr, nullptr);
    std::string utf8(static_cast<std::size_t>(size), '\0');
    static_cast<void>(::WideCharToMultiByte(
        CP_UTF8, 0, text.data(), length, utf8.data(), size, nullptr, nullptr));
    return utf8;
}

std::wstring to_wide(std::string_view text) {
    const int length = static_cast<int>(text.size());
    const int size = ::MultiByteToWideChar(CP_UTF8, 0, text.data(), length, nullptr, 0);
    std::wstring wide(static_cast<std::size_t>(size), L'\0');
    static_cast<void>(::MultiByteToWideChar(CP_UTF8, 0, text.data(), length, wide.data(), size));
    return wide;
}

}  // namespace oriel
