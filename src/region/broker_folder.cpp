// SPDX-License-Identifier: MIT
#include "region/broker_folder.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "region/region_paths.h"

namespace oriel {
namespace {

constexpr const char* kLockFile = "/broker.lock";
constexpr const char* kPeersFile = "/peers.lock";
constexpr mode_t kOwnerOnly = 0700;
constexpr mode_t kOpenToEnter = 0755;
constexpr mode_t kOwnersFile = 0600;
constexpr int kAttempts = 20;

/// What to do where a folder cannot be made: it is the variable's place that is of no use.
std::string cure_for(const std::string& path) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing of ours changes the environment
    const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
    return runtime != nullptr && path.starts_with(std::string(runtime) + "/")
               ? "; set XDG_RUNTIME_DIR to a folder of your own, or unset it"
               : "";
}

/// Makes sure that `path` is a folder nobody else could have put there or can change. One that is
/// there already stays as it is: it may be somebody's home.
Result<void> make_folder(const std::string& path, mode_t mode) {
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

Result<void> make_folders(const std::string& path) {
    const mode_t mode = is_system_folder(path) ? kOpenToEnter : kOwnerOnly;
    const std::string base = std::filesystem::path(path).parent_path();
    ORIEL_TRY(make_folder(base, mode));
    return make_folder(path, mode);
}

/// The open file is the one that its path leads to (and not one just removed).
bool is_at(const UniqueFd& file, const std::string& path) {
    struct stat opened{};
    struct stat found{};
    return ::fstat(file.get(), &opened) == 0 && ::lstat(path.c_str(), &found) == 0 &&
           opened.st_dev == found.st_dev && opened.st_ino == found.st_ino;
}

std::string read_pid(const UniqueFd& lock) {
    std::array<char, 16> buffer{};
    const ssize_t size = ::pread(lock.get(), buffer.data(), buffer.size(), 0);
    const std::string_view text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    const std::string pid(text.substr(0, text.find('\n')));
    return pid.empty() ? "unknown" : pid;
}

void write_pid(const UniqueFd& lock) {
    const std::string pid = fmt::format("{}\n", ::getpid());
    if (::ftruncate(lock.get(), 0) == 0) {
        // Only for the message another broker gives; the lock is what counts.
        static_cast<void>(::pwrite(lock.get(), pid.data(), pid.size(), 0) < 0);
    }
}

/// The lock, or nothing where the file was removed meanwhile by a broker that ended.
Result<std::optional<UniqueFd>> try_lock(const std::string& path, const std::string& region) {
    UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, kOwnersFile));
    if (!file) {
        if (errno == ENOENT) {
            return std::nullopt;
        }
        return Failure(Error::system("open " + path, errno));
    }
    // Who can read it can lock it, and keep brokers out. An earlier broker may have left it so.
    if (::fchmod(file.get(), kOwnersFile) != 0) {
        return Failure(Error::system("protect " + path, errno));
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            return Failure(Error::system("lock " + path, errno));
        }
        return Failure(Error::busy(
            fmt::format("region '{}' is served already, by process {}", region, read_pid(file))));
    }
    if (!is_at(file, path)) {
        return std::nullopt;
    }
    return file;
}

}  // namespace

Result<std::unique_ptr<BrokerFolder>> BrokerFolder::take(const std::string& path,
                                                         const std::string& region,
                                                         Maker maker) {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        if (maker == Maker::Broker) {
            ORIEL_TRY(make_folders(path));
        }
        ORIEL_TRY_ASSIGN(std::optional<UniqueFd> lock, try_lock(path + kLockFile, region));
        if (!lock) {
            continue;
        }
        write_pid(*lock);
        ORIEL_TRY_ASSIGN(PeerLocks peers, PeerLocks::open(path + kPeersFile));
        return std::unique_ptr<BrokerFolder>(
            new BrokerFolder(path, std::move(*lock), std::move(peers)));
    }
    return Failure(Error::busy(fmt::format("the folder {} keeps being removed", path)));
}

BrokerFolder::~BrokerFolder() {
    for (const std::string& socket : sockets_) {
        static_cast<void>(::unlink(socket.c_str()));
    }
    if (peers_.held() == 0 && !peers_.running_vm()) {
        static_cast<void>(::unlink(peers_.path().c_str()));
    }
    // Still locked: a broker that starts now takes the next file of that name.
    static_cast<void>(::unlink((path_ + kLockFile).c_str()));
    static_cast<void>(::rmdir(path_.c_str()));
    if (!is_system_folder(path_)) {
        static_cast<void>(::rmdir(std::filesystem::path(path_).parent_path().c_str()));
    }
}

Result<UniqueFd> BrokerFolder::listen(const std::string& socket,
                                      SocketKind kind,
                                      const PeerAccess& access) {
    // The lock is ours: whoever made what is there has ended.
    if (::unlink(socket.c_str()) != 0 && errno != ENOENT) {
        return Failure(Error::system("replace " + socket, errno));
    }
    ORIEL_TRY_ASSIGN(UniqueFd listener, listen_unix(socket, kind, 0600));
    sockets_.push_back(socket);
    if (access.group && (::lchown(socket.c_str(), static_cast<uid_t>(-1), *access.group) != 0 ||
                         ::chmod(socket.c_str(), access.socket_mode()) != 0)) {
        return Failure(Error::system(
            fmt::format("give {} to group {}", socket, group_name(*access.group)), errno));
    }
    return listener;
}

}  // namespace oriel
