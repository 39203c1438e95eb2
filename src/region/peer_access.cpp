// SPDX-License-Identifier: MIT
#include "region/peer_access.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <grp.h>
#include <unistd.h>

namespace oriel {
namespace {

constexpr std::size_t kGroupBuffer = 65536;

}  // namespace

Result<PeerAccess> peer_access(const std::string& group) {
    if (group.empty()) {
        return PeerAccess{::geteuid(), std::nullopt};
    }
    std::array<char, kGroupBuffer> buffer{};
    ::group entry{};
    ::group* found = nullptr;
    static_cast<void>(::getgrnam_r(group.c_str(), &entry, buffer.data(), buffer.size(), &found));
    if (found == nullptr) {
        return Failure(Error::usage(fmt::format("there is no group '{}' on this system", group)));
    }
    return PeerAccess{::geteuid(), found->gr_gid};
}

bool is_admitted(const PeerIdentity& peer, const PeerAccess& access) {
    if (peer.uid == 0 || peer.uid == access.owner) {
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
