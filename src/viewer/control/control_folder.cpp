// SPDX-License-Identifier: MIT
#include "viewer/control/control_folder.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/linux/unix_socket.h"
#include "region/private_folder.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr const char* kSuffix = ".sock";
constexpr int kAttempts = 50;
constexpr auto kBetween = std::chrono::milliseconds(10);

/// Whoever makes or removes a socket holds it, so that none is taken for a dead one's before it
/// listens.
Result<std::optional<UniqueFd>> try_lock(const std::string& folder) {
    UniqueFd open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!open) {
        if (errno == ENOENT) {
            return std::nullopt;
        }
        return Failure(Error::system("open the folder " + folder, errno));
    }
    if (::flock(open.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return std::nullopt;
        }
        return Failure(Error::system("lock the folder " + folder, errno));
    }
    // Its last viewer may have removed it since.
    if (!is_at(open, folder)) {
        return std::nullopt;
    }
    return open;
}

bool is_dead(const std::string& socket) {
    const auto connection = connect_unix_now(socket, SocketKind::Stream);
    return !connection && connection.error().kind == ErrorKind::NotFound;
}

/// Under the lock.
Result<std::pair<std::string, UniqueFd>> listen_in(const std::string& folder) {
    for (const std::string& socket : control_sockets(folder)) {
        if (is_dead(socket)) {
            static_cast<void>(::unlink(socket.c_str()));
        }
    }
    std::string path = fmt::format("{}/{}{}", folder, ::getpid(), kSuffix);
    // A viewer in another namespace of processes may have the same number.
    for (int i = 2; ::access(path.c_str(), F_OK) == 0; ++i) {
        path = fmt::format("{}/{}-{}{}", folder, ::getpid(), i, kSuffix);
    }
    ORIEL_TRY_ASSIGN(UniqueFd listener, listen_unix(path, SocketKind::Stream, kOwnerOnly));
    return std::pair(std::move(path), std::move(listener));
}

}  // namespace

Result<ControlSocket> ControlSocket::open(const std::string& folder) {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        ORIEL_TRY(make_private_folders(folder));
        ORIEL_TRY_ASSIGN(const std::optional<UniqueFd> lock, try_lock(folder));
        if (lock) {
            ORIEL_TRY_ASSIGN(auto made, listen_in(folder));
            return ControlSocket(folder, std::move(made.first), std::move(made.second));
        }
        std::this_thread::sleep_for(kBetween);
    }
    return Failure(Error::busy(fmt::format("the folder {} is locked by another process", folder)));
}

ControlSocket::~ControlSocket() {
    if (!listener_) {
        return;
    }
    static_cast<void>(::unlink(path_.c_str()));
    // Whoever has the lock instead removes it in its turn.
    if (const auto lock = try_lock(folder_); lock && *lock) {
        static_cast<void>(::rmdir(folder_.c_str()));
        if (!is_system_folder(folder_)) {
            static_cast<void>(::rmdir(std::filesystem::path(folder_).parent_path().c_str()));
        }
    }
}

std::vector<std::string> control_sockets(const std::string& folder) {
    std::vector<std::string> paths;
    struct stat info{};
    if (::lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) ||
        (info.st_uid != ::geteuid() && info.st_uid != 0)) {
        return paths;
    }
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code ignored;
        if (entry->path().extension() == kSuffix &&
            std::filesystem::is_socket(entry->path(), ignored)) {
            paths.push_back(entry->path());
        }
    }
    std::ranges::sort(paths);
    return paths;
}

}  // namespace oriel
