// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/socket.h>
#include <sys/un.h>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

// What systemd, and others that speak its two small protocols, do for a service: hand descriptors
// over at its start (LISTEN_FDS), and take messages while it runs (NOTIFY_SOCKET). They are stable
// and need no library: systems without systemd have none to link with.

/// A descriptor that a service manager handed over, and what it calls it.
struct PassedFd {
    UniqueFd fd;
    std::string name;  ///< "unknown" where the manager gave none.
};

/// Takes the descriptors handed to this process, close-on-exec from now on; none where nothing was
/// handed over or it was meant for another process.
///
/// Once per process: the descriptors are the caller's afterwards.
/// Errors: Protocol where LISTEN_FDS is no number, or a descriptor it counts is not there.
Result<std::vector<PassedFd>> take_passed_fds();

/// This process's line to the service manager that started it.
///
/// Threads: one at a time. Blocks: up to a second where the manager does not read.
class ServiceManager {
  public:
    /// The one that NOTIFY_SOCKET names; nothing where this process is no service.
    /// Errors: Usage where that is no socket's name.
    static Result<std::optional<ServiceManager>> from_environment();

    /// At a socket: a path, or a name in the kernel's own space with a '@' in front.
    static Result<ServiceManager> at(std::string_view socket);

    /// The start is over: what waits for this service may go on.
    Result<void> ready() const { return send("READY=1", {}); }

    /// One line that `systemctl status` shows. What breaks lines in it becomes a space.
    Result<void> status(std::string_view line) const;

    /// Leaves a descriptor with the manager: the next process of this service gets it by that name
    /// (take_passed_fds()), however this one ends. Takes the place of others of that name.
    Result<void> keep(std::string_view name, const UniqueFd& fd) const;

    /// The manager closes what it keeps by that name.
    Result<void> forget(std::string_view name) const;

  private:
    ServiceManager(UniqueFd socket, const sockaddr_un& address, socklen_t size)
        : socket_(std::move(socket)), address_(address), address_size_(size) {}

    Result<void> send(std::string_view message, std::span<const int> fds) const;

    UniqueFd socket_;
    sockaddr_un address_;
    socklen_t address_size_;
};

}  // namespace oriel
