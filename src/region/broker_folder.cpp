// SPDX-License-Identifier: MIT
#include "region/broker_folder.h"

#include <array>
#include <cerrno>
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

#include "region/private_folder.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

constexpr const char* kLockFile = "/broker.lock";
constexpr const char* kPeersFile = "/peers.lock";
constexpr mode_t kOwnersFile = 0600;
constexpr int kAttempts = 20;

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
            ORIEL_TRY(make_private_folders(path));
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
