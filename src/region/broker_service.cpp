// SPDX-License-Identifier: MIT
#include "region/broker_service.h"

#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/linux/unix_socket.h"
#include "base/log.h"
#include "base/parse_number.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

constexpr std::string_view kVm = "vm";
constexpr std::string_view kViewer = "viewer";
constexpr std::string_view kMemory = "memory-";
constexpr std::string_view kDoorbell = "doorbell-";
constexpr std::string_view kPublisher = "publisher";

std::optional<int> socket_option(const UniqueFd& socket, int option) {
    int value = 0;
    socklen_t size = sizeof(value);
    return ::getsockopt(socket.get(), SOL_SOCKET, option, &value, &size) == 0 ? std::optional(value)
                                                                              : std::nullopt;
}

/// The file that a listening socket of this kind was bound to, made non-blocking.
Result<std::string> take_listener(const UniqueFd& socket, SocketKind kind) {
    const int type = kind == SocketKind::Stream ? SOCK_STREAM : SOCK_SEQPACKET;
    if (socket_option(socket, SO_DOMAIN) != AF_UNIX || socket_option(socket, SO_TYPE) != type ||
        socket_option(socket, SO_ACCEPTCONN) != 1) {
        return Failure(Error::usage("is no listening socket of that kind"));
    }
    sockaddr_un address{};
    socklen_t size = sizeof(address);
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        size <= offsetof(sockaddr_un, sun_path) || address.sun_path[0] != '/') {
        return Failure(Error::usage("is not bound to a file"));
    }
    if (::fcntl(socket.get(), F_SETFL, O_NONBLOCK) != 0) {
        return Failure(Error::usage("cannot be made non-blocking"));
    }
    const std::string_view path(address.sun_path, size - offsetof(sockaddr_un, sun_path));
    return std::string(path.substr(0, path.find('\0')));
}

/// One that is there is a listener at `path_in(folder)`, and tells which folder that is.
Result<void> check_listener(const UniqueFd& socket,
                            SocketKind kind,
                            std::string_view name,
                            std::string (*path_in)(std::string_view),
                            std::string& folder) {
    if (!socket) {
        return {};
    }
    const auto refuse = [&](const std::string& why) {
        return Failure(Error::usage(
            fmt::format("cannot serve at the socket handed over as '{}': it {}", name, why)));
    };
    const auto path = take_listener(socket, kind);
    if (!path) {
        return refuse(path.error().message);
    }
    const std::string found = std::filesystem::path(*path).parent_path();
    if (*path != path_in(found)) {
        return refuse(fmt::format("is {} and should be {}", *path, path_in(found)));
    }
    if (!folder.empty() && folder != found) {
        return refuse(fmt::format("is in {} and the other in {}", found, folder));
    }
    folder = found;
    return {};
}

std::optional<unsigned> place_named(std::string_view text) {
    if (text == kPublisher) {
        return PeerLocks::kPublisher;
    }
    const auto place = parse_number<unsigned>(text);
    return place && *place < PeerLocks::kPublisher ? place : std::nullopt;
}

/// Where a descriptor of that name belongs; null if nowhere.
UniqueFd* find(BrokerService& service, std::string_view name) {
    if (name == kVm) {
        return &service.vm_listener;
    }
    if (name == kViewer) {
        return &service.viewer_listener;
    }
    if (name.starts_with(kMemory)) {
        if (const auto instance = parse_number<std::uint64_t>(name.substr(kMemory.size()), 16)) {
            service.instance = *instance;
            return &service.memory;
        }
    }
    if (name.starts_with(kDoorbell)) {
        if (const auto place = place_named(name.substr(kDoorbell.size()))) {
            return &service.doorbells[*place];
        }
    }
    return nullptr;
}

}  // namespace

Result<BrokerService> broker_service(std::vector<PassedFd> passed, const ServiceManager* manager) {
    BrokerService service;
    service.manager = manager;
    for (PassedFd& one : passed) {
        if (UniqueFd* const place = find(service, one.name)) {
            *place = std::move(one.fd);
        } else {
            log(LogLevel::Warning,
                fmt::format("the service manager handed over '{}', which no broker has use for",
                            one.name));
        }
    }
    ORIEL_TRY(
        check_listener(service.vm_listener, SocketKind::Stream, kVm, vm_socket, service.folder));
    ORIEL_TRY(check_listener(
        service.viewer_listener, SocketKind::Packets, kViewer, viewer_socket, service.folder));
    return service;
}

std::string kept_memory_name(std::uint64_t instance) {
    return fmt::format("{}{:016x}", kMemory, instance);
}

std::string kept_doorbell_name(unsigned place) {
    return place == PeerLocks::kPublisher ? fmt::format("{}{}", kDoorbell, kPublisher)
                                          : fmt::format("{}{}", kDoorbell, place);
}

}  // namespace oriel
