// SPDX-License-Identifier: MIT
#include "region/peer_locks.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "region/byte_lock.h"

namespace oriel {
namespace {

constexpr std::size_t kMaxNote = 64;

/// When a process started, in ticks since boot: with its number, a name nobody else gets.
std::string start_of(pid_t pid) {
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string stat;
    static_cast<void>(std::getline(file, stat, '\0'));
    // The second field, the command in brackets, may hold anything; the start is the 22nd.
    constexpr int kFieldsAfterCommand = 20;
    std::size_t at = stat.rfind(')');
    for (int field = 0; field < kFieldsAfterCommand && at != std::string::npos; ++field) {
        at = stat.find(' ', at + 1);
    }
    return at == std::string::npos ? "" : stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

std::string note_of(pid_t pid) {
    return fmt::format("{} {}\n", pid, start_of(pid));
}

UniqueFd open_process(pid_t pid) {
    // By number: the C library of Debian 12 knows the call, that of Ubuntu 22.04 does not.
    return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

}  // namespace

Result<PeerLocks> PeerLocks::open(const std::string& path) {
    UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) {
        return Failure(Error::system("open " + path, errno));
    }
    return PeerLocks(path, std::move(file));
}

Result<UniqueFd> PeerLocks::lend(unsigned place) const {
    // Opened anew, for a lock of its own; read-only, so that it cannot rewrite what is noted here.
    UniqueFd file(::open(path_.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file) {
        return Failure(Error::system("open " + path_, errno));
    }
    ORIEL_TRY_ASSIGN(const bool locked, try_lock_byte(file, place, ByteLock::Shared));
    if (!locked) {
        return Failure(Error::busy("another process has this place locked"));
    }
    return file;
}

bool PeerLocks::is_held(unsigned place) const {
    return is_byte_locked(file_, place);
}

std::uint32_t PeerLocks::held() const {
    std::uint32_t places = 0;
    for (unsigned place = 0; place < kPlaces; ++place) {
        if (is_held(place)) {
            places |= 1U << place;
        }
    }
    return places;
}

void PeerLocks::note_vm(std::optional<pid_t> vm) const {
    const std::string note = vm ? note_of(*vm) : "";
    // A broker that cannot write it down serves all the same; only a later one knows less.
    if (::ftruncate(file_.get(), 0) == 0 && !note.empty()) {
        static_cast<void>(::pwrite(file_.get(), note.data(), note.size(), 0) < 0);
    }
}

std::optional<PeerLocks::Vm> PeerLocks::running_vm() const {
    std::array<char, kMaxNote> buffer{};
    const ssize_t size = ::pread(file_.get(), buffer.data(), buffer.size(), 0);
    if (size <= 0) {
        return std::nullopt;
    }
    const std::string_view note(buffer.data(), static_cast<std::size_t>(size));
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(note.data(), note.data() + note.size(), pid);
    if (error != std::errc() || pid <= 0) {
        return std::nullopt;
    }
    UniqueFd process = open_process(pid);
    // Compared after it was opened: from here on the number cannot become another process's.
    if (!process || note != note_of(pid)) {
        return std::nullopt;
    }
    return Vm{pid, std::move(process)};
}

}  // namespace oriel
