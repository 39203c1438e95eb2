// SPDX-License-Identifier: MIT
#include "guest/windows/machine_folder.h"

#include <array>
#include <cstddef>
#include <vector>

#include <fmt/format.h>
#include <windows.h>

// After windows.h, which they need.
#include <aclapi.h>
#include <sddl.h>
#include <shlobj.h>

#include "base/native_handle.h"
#include "base/windows/last_error.h"
#include "base/windows/wide_text.h"

namespace oriel {
namespace {

/// The system and administrators do everything, users read; nothing comes from %ProgramData%.
constexpr const wchar_t* kRights =
    L"O:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)";

struct LocalMemory {
    using Raw = void*;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept { static_cast<void>(::LocalFree(raw)); }
};

using UniqueLocalMemory = UniqueHandle<LocalMemory>;

Error error_at(const std::wstring& path, const char* action, DWORD code) {
    return Error::system(fmt::format("{} {}", action, to_utf8(path)), static_cast<int>(code));
}

/// Who this process is.
Result<std::vector<std::byte>> own_user() {
    HANDLE raw = nullptr;
    if (::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &raw) == 0) {
        return Failure(last_error("open this process's token"));
    }
    const OwnedHandle token(raw);
    std::vector<std::byte> user(sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE);
    DWORD size = 0;
    if (::GetTokenInformation(
            token.get(), TokenUser, user.data(), static_cast<DWORD>(user.size()), &size) == 0) {
        return Failure(last_error("read this process's token"));
    }
    return user;
}

/// The system's, administrators', or this process's own.
Result<bool> is_trusted(PSID owner) {
    if (::IsWellKnownSid(owner, WinLocalSystemSid) != 0 ||
        ::IsWellKnownSid(owner, WinBuiltinAdministratorsSid) != 0) {
        return true;
    }
    ORIEL_TRY_ASSIGN(const std::vector<std::byte> user, own_user());
    return ::EqualSid(owner, reinterpret_cast<const TOKEN_USER*>(user.data())->User.Sid) != 0;
}

Result<void> check_folder(const std::wstring& path) {
    const auto refusal = [&] {
        return Failure(Error::busy(fmt::format(
            "{} was not made by an administrator: look what it is, and remove it", to_utf8(path))));
    };
    const DWORD attributes = ::GetFileAttributesW(path.c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES) {
        return Failure(error_at(path, "look at", ::GetLastError()));
    }
    if ((attributes & FILE_ATTRIBUTE_DIRECTORY) == 0 ||
        (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) {
        return refusal();
    }
    PSID owner = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (const DWORD code = ::GetNamedSecurityInfoW(path.c_str(),
                                                   SE_FILE_OBJECT,
                                                   OWNER_SECURITY_INFORMATION,
                                                   &owner,
                                                   nullptr,
                                                   nullptr,
                                                   nullptr,
                                                   &descriptor);
        code != ERROR_SUCCESS) {
        return Failure(error_at(path, "learn the owner of", code));
    }
    const UniqueLocalMemory lifetime(descriptor);
    ORIEL_TRY_ASSIGN(const bool trusted, is_trusted(owner));
    if (!trusted) {
        return refusal();
    }
    return {};
}

}  // namespace

Result<std::wstring> machine_folder_path() {
    std::array<wchar_t, MAX_PATH> base{};
    if (const HRESULT code =
            ::SHGetFolderPathW(nullptr, CSIDL_COMMON_APPDATA, nullptr, 0, base.data());
        code != S_OK) {
        return Failure(Error::system("find %ProgramData%", static_cast<int>(code)));
    }
    return std::wstring(base.data()) + L"\\Oriel";
}

Result<std::wstring> make_machine_folder() {
    ORIEL_TRY_ASSIGN(std::wstring path, machine_folder_path());
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (::ConvertStringSecurityDescriptorToSecurityDescriptorW(
            kRights, SDDL_REVISION_1, &descriptor, nullptr) == 0) {
        return Failure(last_error("say who may write the log"));
    }
    const UniqueLocalMemory lifetime(descriptor);
    SECURITY_ATTRIBUTES rights{sizeof(rights), descriptor, FALSE};
    if (::CreateDirectoryW(path.c_str(), &rights) == 0) {
        if (const DWORD code = ::GetLastError(); code != ERROR_ALREADY_EXISTS) {
            return Failure(error_at(path, "make the folder", code));
        }
        ORIEL_TRY(check_folder(path));
    }
    return path;
}

}  // namespace oriel
