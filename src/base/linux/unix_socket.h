// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

inline constexpr std::size_t kMaxFdsPerMessage = 32;

enum class SocketKind : std::uint8_t {
    Stream,   ///< SOCK_STREAM: what QEMU's ivshmem chardev speaks.
    Packets,  ///< SOCK_SEQPACKET: one message, one packet.
};

/// Who is at the other end, as the kernel recorded it at connect().
struct PeerIdentity {
    pid_t pid;
    uid_t uid;
    gid_t gid;
    std::vector<gid_t> groups;  ///< SO_PEERGROUPS
};

/// Binds and listens; the file is made with `mode`. An existing file is an error: prove first that
/// nobody serves it, then unlink. Non-blocking. Errors: System, naming the path.
Result<UniqueFd> listen_unix(const std::string& path, SocketKind kind, mode_t mode);

/// Blocks: at most 5 s, where more peers wait than the listener has room for; and the socket it
/// returns blocks. Errors: NotFound where nothing is there or nobody listens, else System, naming
/// the path.
Result<UniqueFd> connect_unix(const std::string& path, SocketKind kind);

/// As connect_unix(), and the socket it returns is non-blocking.
/// Blocks: never. Errors: Busy, too, where more peers wait than the listener has room for.
Result<UniqueFd> connect_unix_now(const std::string& path, SocketKind kind);

/// A waiting connection, non-blocking; empty if there is none.
UniqueFd accept_unix(const UniqueFd& listener);

Result<PeerIdentity> peer_identity(const UniqueFd& socket);

/// Sends `bytes` (one at least) and `fds` (kMaxFdsPerMessage at most) in one message.
/// Blocks: never. Errors: System (EAGAIN: the peer does not read; a peer's own fault).
Result<void> send_with_fds(const UniqueFd& socket,
                           std::span<const std::byte> bytes,
                           std::span<const int> fds);

struct Received {
    std::size_t size = 0;  ///< Bytes put into the buffer; 0 at the end of the connection.
    std::vector<UniqueFd> fds;
    bool truncated = false;  ///< The peer sent more bytes or descriptors than there was room for.
};

/// Takes one message (Packets) or what is there (Stream). All descriptors arrive close-on-exec.
/// Blocks: as the socket does. Errors: System; EAGAIN where nothing is there yet.
Result<Received> receive_with_fds(const UniqueFd& socket, std::span<std::byte> buffer);

}  // namespace oriel
