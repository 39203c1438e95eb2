// SPDX-License-Identifier: MIT
#include "region/vm_link.h"

#include <utility>

#include <fmt/format.h>
#include <poll.h>

#include "base/linux/unix_socket.h"
#include "base/log.h"

namespace oriel {
namespace {

/// A virtual machine whose end that is has gone, though the loop may not have come to it yet.
bool has_gone(const UniqueFd& end) {
    pollfd entry{end.get(), POLLIN, 0};
    return ::poll(&entry, 1, 0) > 0;
}

}  // namespace

VmLink::VmLink(PollLoop& loop, UniqueFd listener, PeerAccess access, Events events)
    : loop_(loop), listener_(std::move(listener)), access_(access), events_(std::move(events)) {}

VmLink::~VmLink() {
    if (listener_watch_) {
        loop_.remove(*listener_watch_);
    }
    loop_.remove(vm_.watch);
}

void VmLink::open() {
    listener_watch_ = loop_.watch(listener_.get(), [this] { accept(); });
}

void VmLink::adopt(PeerLocks::Vm vm) {
    keep(std::move(vm.process), vm.pid);
}

void VmLink::accept() {
    if (UniqueFd socket = accept_unix(listener_)) {
        admit(std::move(socket));
    }
}

void VmLink::admit(UniqueFd socket) {
    const auto identity = peer_identity(socket);
    if (!identity) {
        return;
    }
    const auto refuse = [&](const std::string& why) {
        // The protocol has no words for it: QEMU reports that the connection ended.
        log(LogLevel::Warning,
            fmt::format("process {} of user {} was refused at the virtual machine's socket: {}",
                        identity->pid,
                        identity->uid,
                        why));
    };
    if (!is_admitted(*identity, access_)) {
        return refuse("not the owner's, not in the group (--vm-group)");
    }
    // One that was started again at once is at the door in the same round as the end of the other.
    if (is_connected() && has_gone(vm_.end)) {
        see_end();
    }
    if (is_connected()) {
        return refuse(fmt::format("process {} is this region's virtual machine", vm_.pid));
    }
    if (const auto sent = events_.set_up(socket, identity->pid); !sent) {
        return refuse(sent.error().message);
    }
    keep(std::move(socket), identity->pid);
    events_.connected(identity->pid);
}

void VmLink::keep(UniqueFd end, pid_t pid) {
    const int fd = end.get();
    vm_ = Vm{std::move(end), pid, loop_.watch(fd, [this] { see_end(); })};
}

void VmLink::see_end() {
    // QEMU never says anything: whatever there is to read, this is the end of it.
    const pid_t pid = vm_.pid;
    loop_.remove(vm_.watch);
    vm_ = Vm{};
    events_.gone(pid);
}

}  // namespace oriel
