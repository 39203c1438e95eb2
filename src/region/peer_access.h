// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

#include "base/linux/unix_socket.h"
#include "base/result.h"

namespace oriel {

/// Who may connect to a socket: its owner, root, and members of one group (or everybody).
struct PeerAccess {
    uid_t owner = 0;
    std::optional<gid_t> group;
    bool everybody = false;

    /// The mode of a socket file that lets these in.
    mode_t socket_mode() const { return group ? 0660 : 0600; }
};

/// Of this process's user, and of `group` unless it is empty.
/// Errors: Usage where there is no such group.
Result<PeerAccess> peer_access(const std::string& group);

/// Those whom the mode of a socket's file lets in: what a service manager made for us is as its
/// administrator wants it. Errors: System.
Result<PeerAccess> peer_access_of_file(const std::string& path);

bool is_admitted(const PeerIdentity& peer, const PeerAccess& access);

/// A group's name, or its number where it has none.
std::string group_name(gid_t group);

}  // namespace oriel
