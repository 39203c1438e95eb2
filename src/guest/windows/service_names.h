// SPDX-License-Identifier: MIT
#pragma once

namespace oriel {

// What Windows calls the service, wherever it asks for a name.

constexpr const wchar_t* kServiceName = L"OrielGuest";
constexpr const wchar_t* kServiceTitle = L"Oriel guest agent";
constexpr const wchar_t* kServiceText =
    L"Shows this virtual machine's screen to its host, from the log-on screen on.";

/// The service's own key below HKEY_LOCAL_MACHINE, which ends with the service, and the value in it
/// that has the agent's options. Administrators alone may write there.
constexpr const wchar_t* kServiceParameters =
    L"SYSTEM\\CurrentControlSet\\Services\\OrielGuest\\Parameters";
constexpr const wchar_t* kServiceOptions = L"Options";

/// Where the event log learns what shows our lines.
constexpr const wchar_t* kEventSourceKey =
    L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\OrielGuest";

}  // namespace oriel
