// SPDX-License-Identifier: MIT
#include "region/private_folder.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "region/region_paths.h"

namespace oriel {
namespace {

constexpr mode_t kOwnerOnly = 0700;
constexpr mode_t kOpenToEnter = 0755;
constexpr int kAttempts = 3;

/// What to do where a folder cannot be made: it is the variable's place that is of no use.
std::string cure_for(const std::string& path) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing of ours changes the environment
    const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
    return runtime != nullptr && path.starts_with(std::string(runtime) + "/")
               ? "; set XDG_RUNTIME_DIR to a folder of your own, or unset it"
               : "";
}

}  // namespace

Result<void> make_private_folder(const std::string& path, mode_t mode) {
    const bool made = ::mkdir(path.c_str(), mode) == 0;
    if (!made && errno != EEXIST) {
        Error error = Error::system("make the folder " + path, errno);
        error.message += cure_for(path);
        return Failure(std::move(error));
    }
    const UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat info{};
    if (!folder || ::fstat(folder.get(), &info) != 0) {
        return Failure(Error::system("use the folder " + path, errno));
    }
    // Root's, as /run/oriel is for a service that runs as another user.
    if (info.st_uid != ::geteuid() && info.st_uid != 0) {
        return Failure(
            Error{ErrorKind::System,
                  EACCES,
                  fmt::format("the folder {} belongs to user {}: remove it, or set XDG_RUNTIME_DIR",
                              path,
                              info.st_uid)});
    }
    // What the umask took away, others need to enter.
    if (made && ::fchmod(folder.get(), mode) != 0) {
        return Failure(Error::system("protect the folder " + path, errno));
    }
    if (!made && (info.st_mode & 0022U) != 0) {
        return Failure(Error{ErrorKind::System,
                             EACCES,
                             fmt::format("others may write in the folder {}: protect it", path)});
    }
    return {};
}

Result<void> make_private_folders(const std::string& path) {
    const mode_t mode = is_system_folder(path) ? kOpenToEnter : kOwnerOnly;
    const std::string base = std::filesystem::path(path).parent_path();
    Result<void> made;
    // Whoever ends at this moment may take the folder around it away again.
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        ORIEL_TRY(make_private_folder(base, mode));
        made = make_private_folder(path, mode);
        if (made || made.error().os_code != ENOENT) {
            break;
        }
    }
    return made;
}

bool is_at(const UniqueFd& open, const std::string& path) {
    struct stat opened{};
    struct stat found{};
    return ::fstat(open.get(), &opened) == 0 && ::lstat(path.c_str(), &found) == 0 &&
           opened.st_dev == found.st_dev && opened.st_ino == found.st_ino;
}

}  // namespace oriel
