// SPDX-License-Identifier: MIT
#include "guest/windows/testing/processes.h"

#include <array>
#include <chrono>

#include <windows.h>

// After windows.h, which it needs.
#include <tlhelp32.h>

#include "base/clock.h"
#include "base/native_handle.h"

namespace oriel::testing_support {
namespace {

std::vector<std::uint32_t> processes(const std::function<bool(const PROCESSENTRY32W&)>& is_wanted) {
    std::vector<std::uint32_t> found;
    const OwnedHandle snapshot(::CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof(entry);
    for (BOOL more = ::Process32FirstW(snapshot.get(), &entry); more != 0;
         more = ::Process32NextW(snapshot.get(), &entry)) {
        if (is_wanted(entry)) {
            found.push_back(entry.th32ProcessID);
        }
    }
    return found;
}

}  // namespace

Ran run_program(const std::wstring& program, const std::wstring& arguments) {
    SECURITY_ATTRIBUTES inherited{sizeof(inherited), nullptr, TRUE};
    HANDLE raw_reader = nullptr;
    HANDLE raw_writer = nullptr;
    static_cast<void>(::CreatePipe(&raw_reader, &raw_writer, &inherited, 0));
    const OwnedHandle reader(raw_reader);
    OwnedHandle writer(raw_writer);
    static_cast<void>(::SetHandleInformation(reader.get(), HANDLE_FLAG_INHERIT, 0));
    STARTUPINFOW how{};
    how.cb = sizeof(how);
    how.dwFlags = STARTF_USESTDHANDLES;
    how.hStdOutput = writer.get();
    how.hStdError = writer.get();
    PROCESS_INFORMATION made{};
    std::wstring line = L"\"" + program + L"\" " + arguments;
    if (::CreateProcessW(
            nullptr, line.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr, &how, &made) == 0) {
        return {.exit_code = ::GetLastError(), .output = "cannot be started"};
    }
    const OwnedHandle process(made.hProcess);
    const OwnedHandle thread(made.hThread);
    writer.reset();
    Ran ran;
    std::array<char, 4096> buffer{};
    DWORD size = 0;
    while (::ReadFile(reader.get(), buffer.data(), buffer.size(), &size, nullptr) != 0) {
        ran.output.append(buffer.data(), size);
    }
    static_cast<void>(::WaitForSingleObject(process.get(), INFINITE));
    DWORD code = 0;
    static_cast<void>(::GetExitCodeProcess(process.get(), &code));
    ran.exit_code = code;
    return ran;
}

std::vector<std::uint32_t> processes_of(const std::wstring& file_name) {
    return processes([&](const auto& entry) { return file_name == entry.szExeFile; });
}

std::vector<std::uint32_t> children_of(std::uint32_t parent, const std::wstring& file_name) {
    return processes([&](const auto& entry) {
        return entry.th32ParentProcessID == parent && file_name == entry.szExeFile;
    });
}

void kill_process(std::uint32_t id) {
    const OwnedHandle process(::OpenProcess(PROCESS_TERMINATE, FALSE, id));
    static_cast<void>(::TerminateProcess(process.get(), 9));
}

bool comes_true(const std::function<bool()>& is_so) {
    constexpr DWORD kPauseMilliseconds = 50;
    const Nanoseconds last = monotonic_now() + std::chrono::seconds(20);
    while (!is_so()) {
        if (monotonic_now() >= last) {
            return false;
        }
        ::Sleep(kPauseMilliseconds);
    }
    return true;
}

}  // namespace oriel::testing_support
