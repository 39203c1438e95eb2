// SPDX-License-Identifier: MIT
#include "region/peer_access.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oriel {
namespace {

constexpr std::size_t kGroupBuffer = 65536;

}  // namespace

Result<PeerAccess> peer_access(const std::string& group) {
    if (group.empty()) {
        return PeerAccess{.owner = ::geteuid(), .group = std::nullopt};
    }
    std::array<char, kGroupBuffer> buffer{};
    ::group entry{};
    ::group* found = nullptr;
    static_cast<void>(::getgrnam_r(group.c_str(), &entry, buffer.data(), buffer.size(), &found));
    if (found == nullptr) {
        return Failure(Error::usage(fmt::format("there is no group '{}' on this system", group)));
    }
    return PeerAccess{.owner = ::geteuid(), .group = found->gr_gid};
}

Result<PeerAccess> peer_access_of_file(const std::string& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) {
        return Failure(Error::system("see who may connect to " + path, errno));
    }
    PeerAccess access{.owner = info.st_uid, .group = std::nullopt};
    if ((info.st_mode & S_IWGRP) != 0) {
        access.group = info.st_gid;
    }
    access.everybody = (info.st_mode & S_IWOTH) != 0;
    return access;
}

bool is_admitted(const PeerIdentity& peer, const PeerAccess& access) {
    if (access.everybody || peer.uid == 0 || peer.uid == access.owner) {
        return true;
    }
    return access.group && (peer.gid == *access.group ||
                            std::ranges::find(peer.groups, *access.group) != peer.groups.end());
}

std::string group_name(gid_t group) {
    std::array<char, kGroupBuffer> buffer{};
    ::group entry{};
    ::group* found = nullptr;
    static_cast<void>(::getgrgid_r(group, &entry, buffer.data(), buffer.size(), &found));
    return found != nullptr ? found->gr_name : fmt::format("{}", group);
}

}  // namespace oriel
