// SPDX-License-Identifier: MIT
#include "base/windows/stop_event.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cwchar>

#include <windows.h>

#include "base/windows/last_error.h"

namespace oriel {
namespace {

constexpr const wchar_t* kVariable = L"ORIEL_STOP_EVENT";

}  // namespace

Result<OwnedHandle> make_inherited_stop_event() {
    SECURITY_ATTRIBUTES inherited{sizeof(inherited), nullptr, TRUE};
    OwnedHandle event(::CreateEventW(&inherited, /*manual reset*/ TRUE, /*set*/ FALSE, nullptr));
    if (!event) {
        return Failure(last_error("make an event"));
    }
    return event;
}

std::wstring stop_event_variable(NativeHandle event) {
    return std::wstring(kVariable) + L"=" + std::to_wstring(std::bit_cast<std::uintptr_t>(event));
}

OwnedHandle take_stop_event() {
    std::array<wchar_t, 32> text{};
    const DWORD size = ::GetEnvironmentVariableW(kVariable, text.data(), text.size());
    if (size == 0 || size >= text.size()) {
        return {};
    }
    static_cast<void>(::SetEnvironmentVariableW(kVariable, nullptr));
    const std::uintptr_t number = std::wcstoull(text.data(), nullptr, 10);
    OwnedHandle event(std::bit_cast<void*>(number));
    // What a person wrote there by hand is no event of ours.
    if (::WaitForSingleObject(event.get(), 0) == WAIT_FAILED) {
        static_cast<void>(event.release());
        return {};
    }
    static_cast<void>(::SetHandleInformation(event.get(), HANDLE_FLAG_INHERIT, 0));
    return event;
}

}  // namespace oriel
