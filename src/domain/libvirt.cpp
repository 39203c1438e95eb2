// SPDX-License-Identifier: MIT
#include "domain/libvirt.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/linux/module.h"
#include "base/linux/unix_socket.h"
#include "domain/libvirt_module.h"

namespace oriel {
namespace {

/// Of the daemon for everything, and of the one for QEMU alone.
constexpr std::array<const char*, 2> kUserSockets{"libvirt-sock", "virtqemud-sock"};

/// "" where it is not set.
std::string environment(const char* name) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing of ours changes the environment
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

}  // namespace

Result<std::unique_ptr<Libvirt>> connect_libvirt(const std::string& uri) {
    ORIEL_TRY_ASSIGN(const void* const functions, load_module(kLibvirtModule));
    return static_cast<const LibvirtModule*>(functions)->open(uri);
}

std::string default_libvirt_uri() {
    return environment("LIBVIRT_DEFAULT_URI");
}

bool is_user_libvirt_running() {
    const std::string runtime = environment("XDG_RUNTIME_DIR");
    const std::string cache = environment("XDG_CACHE_HOME");
    const std::string folder =
        !runtime.empty() ? runtime : (!cache.empty() ? cache : environment("HOME") + "/.cache");
    return std::ranges::any_of(kUserSockets, [&](const char* socket) {
        return connect_unix(folder + "/libvirt/" + socket, SocketKind::Stream).has_value();
    });
}

std::vector<std::string> libvirt_uris(const std::string& wanted) {
    if (!wanted.empty()) {
        return {wanted};
    }
    if (const std::string given = default_libvirt_uri(); !given.empty()) {
        return {given};
    }
    return {"qemu:///system", "qemu:///session"};
}

Result<std::unique_ptr<Libvirt>> connect_libvirt_with(const std::string& domain,
                                                      const std::string& wanted_uri) {
    std::optional<Error> first;
    std::vector<std::string> asked;
    for (const std::string& uri : libvirt_uris(wanted_uri)) {
        auto connection = connect_libvirt(uri);
        if (!connection) {
            if (connection.error().kind == ErrorKind::Unsupported) {
                return connection;
            }
            first = first ? first : connection.error();
            continue;
        }
        const auto found = (*connection)->find(domain);
        if (found) {
            return connection;
        }
        if (found.error().kind != ErrorKind::NotFound) {
            return Failure(found.error());
        }
        asked.push_back((*connection)->uri());
    }
    if (asked.empty() && first) {
        return Failure(*first);
    }
    return Failure(Error::not_found(fmt::format("no domain {} at {}{}: see `virsh list --all`",
                                                domain,
                                                fmt::join(asked, " or "),
                                                first ? " (" + first->message + ")" : "")));
}

}  // namespace oriel
