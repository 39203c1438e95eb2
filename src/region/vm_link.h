// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>

#include <sys/types.h>

#include "base/linux/fd.h"
#include "base/poll_loop.h"
#include "base/result.h"
#include "region/peer_access.h"
#include "region/peer_locks.h"

namespace oriel {

/// The one virtual machine of a region: QEMU at vm.sock, or one that an earlier broker served and
/// that goes on with its memory, of which only the end can be seen.
class VmLink {
  public:
    struct Events {
        /// Sends the new QEMU its memory and doorbells.
        std::function<Result<void>(const UniqueFd& socket, pid_t)> set_up;
        std::function<void(pid_t)> connected;
        std::function<void(pid_t)> gone;
    };

    /// Connections wait in the kernel until open().
    VmLink(PollLoop& loop, UniqueFd listener, PeerAccess access, Events events);
    ~VmLink();
    VmLink(const VmLink&) = delete;
    VmLink& operator=(const VmLink&) = delete;

    void open();

    /// A virtual machine that still runs with the memory now served.
    void adopt(PeerLocks::Vm vm);

    bool is_connected() const { return static_cast<bool>(vm_.end); }

    /// The virtual machine's process; 0 where that is unknown or there is none.
    pid_t pid() const { return vm_.pid; }

  private:
    struct Vm {
        UniqueFd end;  ///< Readable when it is gone: its connection or its process.
        pid_t pid = 0;
        PollLoop::Id watch{};
    };

    void accept();
    void admit(UniqueFd socket);
    void keep(UniqueFd end, pid_t pid);
    void see_end();

    PollLoop& loop_;
    UniqueFd listener_;
    PeerAccess access_;
    Events events_;
    std::optional<PollLoop::Id> listener_watch_;
    Vm vm_;  ///< None while `end` is closed.
};

}  // namespace oriel
