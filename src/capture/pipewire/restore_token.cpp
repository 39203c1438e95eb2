// SPDX-License-Identifier: MIT
#include "capture/pipewire/restore_token.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/linux/fd.h"

namespace oriel::pipewire_capture {
namespace {

/// Portals make tokens of 36 characters.
constexpr std::size_t kMaxToken = 256;
constexpr mode_t kOwnerOnly = 0600;

std::string variable(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
    return value == nullptr ? "" : value;
}

}  // namespace

std::string restore_token_path() {
    std::string folder = variable("XDG_STATE_HOME");
    if (!folder.starts_with('/')) {
        const std::string home = variable("HOME");
        if (home.empty()) {
            return "";
        }
        folder = home + "/.local/state";
    }
    return folder + "/oriel/screen-cast-token";
}

std::string read_restore_token(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status{};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_uid != ::geteuid()) {
        return "";
    }
    std::array<char, kMaxToken + 1> text{};
    const ssize_t length = ::read(file.get(), text.data(), text.size());
    if (length <= 0 || static_cast<std::size_t>(length) > kMaxToken) {
        return "";
    }
    std::string token(text.data(), static_cast<std::size_t>(length));
    // It becomes a string of D-Bus's.
    for (const char c : token) {
        if (c <= ' ' || c > '~') {
            return "";
        }
    }
    return token;
}

Result<void> write_restore_token(const std::string& path, const std::string& token) {
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::filesystem::create_directories(folder.parent_path(), ignored);
    // That it is there already is no failure, and any other one shows at the open.
    static_cast<void>(::mkdir(folder.c_str(), 0700));
    const std::string draft = path + ".new";
    static_cast<void>(::unlink(draft.c_str()));
    UniqueFd file(
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
    if (!file) {
        return Failure(Error::system("write " + draft, errno));
    }
    const ssize_t written = ::write(file.get(), token.data(), token.size());
    if (written != static_cast<ssize_t>(token.size())) {
        return Failure(Error::system("write " + draft, written < 0 ? errno : ENOSPC));
    }
    if (::rename(draft.c_str(), path.c_str()) != 0) {
        return Failure(Error::system("replace " + path, errno));
    }
    return {};
}

}  // namespace oriel::pipewire_capture
