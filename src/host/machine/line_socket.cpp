// SPDX-License-Identifier: MIT
#include "host/machine/line_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>

#include <poll.h>
#include <sys/socket.h>

#include "base/linux/unix_socket.h"

namespace oriel {
namespace {

constexpr Nanoseconds kTryAgain = std::chrono::milliseconds(20);

bool is_readable_within(const UniqueFd& socket, Nanoseconds limit) {
    pollfd entry{socket.get(), POLLIN, 0};
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(limit);
    return ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(wait.count(), 0))) > 0;
}

}  // namespace

Result<LineSocket> LineSocket::connect(const std::string& path, Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    while (true) {
        auto socket = connect_unix(path, SocketKind::Stream);
        if (socket) {
            return LineSocket(std::move(*socket));
        }
        if (socket.error().kind != ErrorKind::NotFound || monotonic_now() >= give_up) {
            return Failure(std::move(socket).error());
        }
        std::this_thread::sleep_for(kTryAgain);
    }
}

Result<void> LineSocket::send(std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            return Failure(Error::system("write to the virtual machine", errno));
        }
        text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    }
    return {};
}

std::optional<std::string> LineSocket::take_line() {
    const std::size_t end = received_.find('\n');
    if (end == std::string::npos) {
        return std::nullopt;
    }
    std::string line = received_.substr(0, end);
    received_.erase(0, end + 1);
    if (line.ends_with('\r')) {
        line.pop_back();
    }
    return line;
}

Result<std::optional<std::string>> LineSocket::line(Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    while (true) {
        if (auto found = take_line()) {
            return found;
        }
        const Nanoseconds left = give_up - monotonic_now();
        if (left <= Nanoseconds(0) || !is_readable_within(socket_, left)) {
            return std::nullopt;
        }
        std::array<char, 4096> part{};
        const ssize_t count = ::recv(socket_.get(), part.data(), part.size(), 0);
        if (count == 0) {
            return Failure(Error::not_found("the virtual machine has ended"));
        }
        if (count < 0 && errno != EINTR) {
            return Failure(Error::system("read from the virtual machine", errno));
        }
        received_.append(part.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
}

}  // namespace oriel
