// SPDX-License-Identifier: MIT
#include "base/linux/service_manager.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/parse_number.h"

namespace oriel {
namespace {

/// Where the protocol says that the descriptors begin.
constexpr int kFirstFd = 3;
constexpr int kMaxFds = 1024;
constexpr timeval kSendLimit{1, 0};

std::string variable(const char* name) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing of ours changes the environment
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// Cuts off what stands before the next colon.
std::string next_name(std::string_view& names) {
    const std::size_t end = std::min(names.find(':'), names.size());
    const std::string name(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
    return name.empty() ? "unknown" : name;
}

}  // namespace

Result<std::vector<PassedFd>> take_passed_fds() {
    std::vector<PassedFd> passed;
    if (parse_number<int>(variable("LISTEN_PID")) != ::getpid()) {
        return passed;
    }
    const std::string count_text = variable("LISTEN_FDS");
    const auto count = parse_number<int>(count_text);
    if (!count || *count < 0 || *count > kMaxFds) {
        return Failure(Error::protocol(fmt::format(
            "cannot take the descriptors handed over: LISTEN_FDS is '{}'", count_text)));
    }
    const std::string all_names = variable("LISTEN_FDNAMES");
    std::string_view names = all_names;
    for (int fd = kFirstFd; fd < kFirstFd + *count; ++fd) {
        if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
            return Failure(Error::protocol(fmt::format(
                "cannot take the descriptors handed over: number {} of LISTEN_FDS={} is not open",
                fd,
                *count)));
        }
        passed.push_back({UniqueFd(fd), next_name(names)});
    }
    return passed;
}

Result<std::optional<ServiceManager>> ServiceManager::from_environment() {
    const std::string socket = variable("NOTIFY_SOCKET");
    if (socket.empty()) {
        return std::nullopt;
    }
    ORIEL_TRY_ASSIGN(ServiceManager manager, at(socket));
    return std::optional(std::move(manager));
}

Result<ServiceManager> ServiceManager::at(std::string_view socket) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket.size() < 2 || (socket[0] != '/' && socket[0] != '@') ||
        socket.size() >= sizeof(address.sun_path)) {
        return Failure(Error::unsupported(
            fmt::format("cannot talk to the service manager at '{}' (NOTIFY_SOCKET): a path or "
                        "@NAME is expected",
                        socket)));
    }
    std::memcpy(address.sun_path, socket.data(), socket.size());
    if (socket[0] == '@') {
        address.sun_path[0] = '\0';
    }
    UniqueFd own(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!own ||
        ::setsockopt(own.get(), SOL_SOCKET, SO_SNDTIMEO, &kSendLimit, sizeof(kSendLimit)) != 0) {
        return Failure(Error::system("create a socket for the service manager", errno));
    }
    // The length counts: in the kernel's own space a zero byte would be part of the name.
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket.size());
    return ServiceManager(std::move(own), address, size);
}

Result<void> ServiceManager::status(std::string_view line) const {
    std::string message = fmt::format("STATUS={}", line);
    std::ranges::replace(message, '\n', ' ');
    return send(message, {});
}

Result<void> ServiceManager::keep(std::string_view name, const UniqueFd& fd) const {
    ORIEL_TRY(forget(name));
    const int raw = fd.get();
    // FDPOLL=0: kept until it is forgotten, whatever state a peer brings it into.
    return send(fmt::format("FDSTORE=1\nFDNAME={}\nFDPOLL=0", name), std::span(&raw, 1));
}

Result<void> ServiceManager::forget(std::string_view name) const {
    return send(fmt::format("FDSTOREREMOVE=1\nFDNAME={}", name), {});
}

Result<void> ServiceManager::send(std::string_view message, std::span<const int> fds) const {
    iovec content{const_cast<char*>(message.data()), message.size()};  // NOLINT: sendmsg() reads
    msghdr header{};
    header.msg_name = const_cast<sockaddr_un*>(&address_);  // NOLINT: sendmsg() reads
    header.msg_namelen = address_size_;
    header.msg_iov = &content;
    header.msg_iovlen = 1;
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> control{};
    if (!fds.empty()) {
        header.msg_control = control.data();
        header.msg_controllen = control.size();
        cmsghdr* const part = CMSG_FIRSTHDR(&header);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(part), fds.data(), sizeof(int));
    }
    ssize_t sent = -1;
    do {
        sent = ::sendmsg(socket_.get(), &header, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        return Failure(Error::system("tell the service manager (NOTIFY_SOCKET)", errno));
    }
    return {};
}

}  // namespace oriel
