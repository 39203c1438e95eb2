// SPDX-License-Identifier: MIT
#include "input/qmp/qmp_link.h"

#include <array>
#include <cerrno>

#include <sys/socket.h>

#include "base/linux/unix_socket.h"
#include "input/qmp/qmp_message.h"

namespace oriel {
namespace {

constexpr std::size_t kReadSize = 4096;

bool would_wait() {
    return errno == EAGAIN || errno == EINTR;
}

}  // namespace

Result<QmpLink> QmpLink::connect(const std::string& path) {
    ORIEL_TRY_ASSIGN(UniqueFd socket, connect_unix_now(path, SocketKind::Stream));
    return QmpLink(std::move(socket));
}

bool QmpLink::send(const std::string& line) {
    unsent_ += line;
    return flush();
}

bool QmpLink::flush() {
    while (!unsent_.empty()) {
        const ssize_t sent =
            ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0) {
            return would_wait();
        }
        unsent_.erase(0, static_cast<std::size_t>(sent));
    }
    return true;
}

bool QmpLink::receive() {
    std::array<char, kReadSize> buffer{};
    while (received_.size() <= kMaxQmpLine) {
        const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got < 0) {
            return would_wait();
        }
        if (got == 0) {
            return false;
        }
        received_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    // What is left of a long talk comes at the next call; a line without an end never does.
    return received_.find('\n') != std::string::npos;
}

std::optional<std::string> QmpLink::next_line() {
    const std::size_t end = received_.find('\n');
    if (end == std::string::npos) {
        return std::nullopt;
    }
    std::string line = received_.substr(0, end);
    received_.erase(0, end + 1);
    return line;
}

}  // namespace oriel
