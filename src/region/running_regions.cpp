// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "base/linux/unix_socket.h"
#include "region/pci_device.h"
#include "region/region_paths.h"
#include "region/target.h"

namespace oriel {
namespace {

constexpr const char* kSystemBase = "/run/oriel";

/// Where this user's regions are.
std::string user_base() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing of ours changes the environment
    const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
    if (runtime != nullptr && runtime[0] == '/') {
        return std::string(runtime) + "/oriel";
    }
    return ::geteuid() == 0 ? kSystemBase : fmt::format("/tmp/oriel-{}", ::geteuid());
}

/// A broker listens there: proven by a connection, which it sees end without a word.
bool is_served(const std::string& socket) {
    std::error_code ignored;
    if (!std::filesystem::is_socket(socket, ignored)) {
        return false;
    }
    const auto connection = connect_unix_now(socket, SocketKind::Packets);
    // One that may not be entered, or where too many wait, is served all the same.
    return connection || connection.error().kind != ErrorKind::NotFound;
}

void add_served_regions(const std::string& base, std::vector<std::string>& names) {
    std::error_code error;
    for (std::filesystem::directory_iterator entry(base, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename();
        if (is_region_name(name) && is_served(viewer_socket(entry->path().native()))) {
            names.push_back(name);
        }
    }
}

}  // namespace

std::string region_folder(std::string_view name) {
    return fmt::format("{}/{}", user_base(), name);
}

std::string viewers_folder() {
    return user_base() + "/.viewers";
}

std::string system_region_folder(std::string_view name) {
    return fmt::format("{}/{}", kSystemBase, name);
}

bool is_system_folder(std::string_view folder) {
    return folder.starts_with(std::string(kSystemBase) + "/");
}

std::string viewer_socket(std::string_view folder) {
    return fmt::format("{}/viewer.sock", folder);
}

std::string vm_socket(std::string_view folder) {
    return fmt::format("{}/vm.sock", folder);
}

std::string socket_to_ask(const std::string& own, const std::string& system) {
    std::error_code ignored;
    return std::filesystem::exists(system, ignored) && !is_served(own) ? system : own;
}

std::string viewer_socket_of(std::string_view name) {
    return socket_to_ask(viewer_socket(region_folder(name)),
                         viewer_socket(system_region_folder(name)));
}

std::vector<std::string> served_regions(std::span<const std::string> bases) {
    std::vector<std::string> names;
    for (const std::string& base : bases) {
        add_served_regions(base, names);
    }
    std::ranges::sort(names);
    const auto doubles = std::ranges::unique(names);
    names.erase(doubles.begin(), doubles.end());
    return names;
}

Result<Target> only_target_of(std::span<const std::string> names) {
    if (names.empty()) {
        return Failure(
            Error::not_found("no region is running: start one with `oriel broker NAME`"));
    }
    if (names.size() > 1) {
        return Failure(Error::not_found(fmt::format(
            "several regions are running, name one of them: {}", fmt::join(names, " "))));
    }
    return Target{Target::Kind::Name, names.front(), 0};
}

std::vector<std::string> running_regions() {
    const std::array<std::string, 2> bases{user_base(), kSystemBase};
    return served_regions(bases);
}

Result<Target> only_running_target() {
    return only_target_of(running_regions());
}

Result<Target> only_guest_target_of(std::span<const std::string> names, const std::string& sysfs) {
    const auto devices = find_ivshmem_devices(sysfs);
    if (devices && !devices->empty()) {
        return Target{Target::Kind::Pci, "", 0};
    }
    if (names.empty()) {
        return Failure(
            Error::not_found("no region is running: start one with `oriel broker NAME`; or, in a "
                             "virtual machine, give it an ivshmem device with what that prints on "
                             "its host"));
    }
    return only_target_of(names);
}

Result<Target> only_guest_target() {
    return only_guest_target_of(running_regions(), "/sys");
}

}  // namespace oriel
