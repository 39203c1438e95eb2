// SPDX-License-Identifier: MIT
#include "base/linux/unix_socket.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#include "base/assert.h"

namespace oriel {
namespace {

constexpr int kBacklog = 64;
constexpr timeval kConnectLimit{5, 0};

using ControlBuffer = std::array<std::byte, CMSG_SPACE(kMaxFdsPerMessage * sizeof(int))>;

Result<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        return Failure(Error::system("use the socket " + path, ENAMETOOLONG));
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

Result<UniqueFd> make_socket(SocketKind kind) {
    const int type = kind == SocketKind::Stream ? SOCK_STREAM : SOCK_SEQPACKET;
    UniqueFd socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    if (!socket) {
        return Failure(Error::system("create a socket", errno));
    }
    return socket;
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

Result<void> connected(const std::string& path, int error) {
    if (error == ENOENT || error == ECONNREFUSED) {
        return Failure(Error::not_found("cannot connect to " + path + ": nobody serves it"));
    }
    if (error != 0) {
        return Failure(Error::system("connect to " + path, error));
    }
    return {};
}

/// Appends the descriptors that came with a message; from here on they are closed whatever happens.
void take_fds(msghdr& message, std::vector<UniqueFd>& fds) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
            fds.emplace_back(fd);
        }
    }
}

}  // namespace

Result<UniqueFd> listen_unix(const std::string& path, SocketKind kind, mode_t mode) {
    ORIEL_TRY_ASSIGN(const sockaddr_un address, address_of(path));
    ORIEL_TRY_ASSIGN(UniqueFd socket, make_socket(kind));
    // The file is made with the socket's own mode, less the umask: never wider than asked for,
    // not for a moment. The second call gives back what the umask took.
    if (::fchmod(socket.get(), mode) != 0 ||
        ::bind(socket.get(), generic(address), sizeof(address)) != 0 ||
        ::chmod(path.c_str(), mode) != 0 || ::listen(socket.get(), kBacklog) != 0 ||
        ::fcntl(socket.get(), F_SETFL, O_NONBLOCK) != 0) {
        return Failure(Error::system("listen on " + path, errno));
    }
    return socket;
}

Result<UniqueFd> connect_unix(const std::string& path, SocketKind kind) {
    ORIEL_TRY_ASSIGN(const sockaddr_un address, address_of(path));
    ORIEL_TRY_ASSIGN(UniqueFd socket, make_socket(kind));
    const auto limit_wait = [&socket](timeval limit) {
        static_cast<void>(
            ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)));
    };
    limit_wait(kConnectLimit);
    int error = 0;
    do {
        error = ::connect(socket.get(), generic(address), sizeof(address)) == 0 ? 0 : errno;
    } while (error == EINTR);
    limit_wait({});
    ORIEL_TRY(connected(path, error));
    return socket;
}

Result<UniqueFd> connect_unix_now(const std::string& path, SocketKind kind) {
    ORIEL_TRY_ASSIGN(const sockaddr_un address, address_of(path));
    ORIEL_TRY_ASSIGN(UniqueFd socket, make_socket(kind));
    if (::fcntl(socket.get(), F_SETFL, O_NONBLOCK) != 0) {
        return Failure(Error::system("create a socket", errno));
    }
    // A UNIX socket connects at once or not at all.
    const bool is_connected = ::connect(socket.get(), generic(address), sizeof(address)) == 0;
    const int error = is_connected ? 0 : errno;
    if (error == EAGAIN) {
        return Failure(Error::busy("cannot connect to " + path + ": too many wait there already"));
    }
    ORIEL_TRY(connected(path, error));
    return socket;
}

UniqueFd accept_unix(const UniqueFd& listener) {
    return UniqueFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

Result<PeerIdentity> peer_identity(const UniqueFd& socket) {
    ucred credentials{};
    socklen_t size = sizeof(credentials);
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        return Failure(Error::system("see who is connected", errno));
    }
    PeerIdentity peer{credentials.pid, credentials.uid, credentials.gid, {}};
    // The first call says how much room the groups need.
    socklen_t room = 0;
    while (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &room) != 0) {
        if (errno != ERANGE) {
            return Failure(Error::system("see the groups of who is connected", errno));
        }
        peer.groups.resize(room / sizeof(gid_t));
    }
    peer.groups.resize(room / sizeof(gid_t));
    return peer;
}

Result<void> send_with_fds(const UniqueFd& socket,
                           std::span<const std::byte> bytes,
                           std::span<const int> fds) {
    ORIEL_ASSERT(!bytes.empty() && fds.size() <= kMaxFdsPerMessage);
    iovec content{const_cast<std::byte*>(bytes.data()), bytes.size()};  // NOLINT: sendmsg() reads
    msghdr message{};
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    alignas(cmsghdr) ControlBuffer control{};
    if (!fds.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(fds.size_bytes());
        cmsghdr* const part = CMSG_FIRSTHDR(&message);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(fds.size_bytes());
        std::memcpy(CMSG_DATA(part), fds.data(), fds.size_bytes());
    }
    const ssize_t sent = ::sendmsg(socket.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
        return Failure(Error::system("send a message", errno));
    }
    if (static_cast<std::size_t>(sent) != bytes.size()) {
        // Half a message is out: the stream cannot be mended, so the peer counts as lost.
        return Failure(Error::system("send a whole message", EAGAIN));
    }
    return {};
}

Result<Received> receive_with_fds(const UniqueFd& socket, std::span<std::byte> buffer) {
    iovec content{buffer.data(), buffer.size()};
    alignas(cmsghdr) ControlBuffer control{};
    msghdr message{};
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t got = -1;
    do {
        got = ::recvmsg(socket.get(), &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return Failure(Error::system("receive a message", errno));
    }
    Received received;
    received.size = static_cast<std::size_t>(got);
    received.truncated = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
    take_fds(message, received.fds);
    return received;
}

}  // namespace oriel
