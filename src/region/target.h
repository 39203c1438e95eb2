// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oriel {

/// Which region a command means, as typed: NAME | socket:PATH | file:PATH[,size=MiB] |
/// pci[:BDF|:INDEX] | kvmfr:/dev/kvmfrN | anything with a slash (a path).
struct Target {
    enum class Kind : std::uint8_t { Name, Socket, File, Pci, Kvmfr };

    Kind kind;
    std::string value;       ///< The name, path, BDF or index ("" for the only one).
    std::uint64_t size = 0;  ///< File: bytes to create it with; 0: it has to be there.

    /// Errors: Usage, naming what is wrong and what would be right.
    static Result<Target> parse(std::string_view text);

    /// As the person would type it again.
    std::string text() const;
};

/// [A-Za-z0-9][A-Za-z0-9._-]{0,63}
bool is_region_name(std::string_view name);

/// Where a broker of this user keeps the sockets of region `name`: $XDG_RUNTIME_DIR/oriel/NAME;
/// without that variable /run/oriel/NAME for root, else /tmp/oriel-UID/NAME.
std::string region_folder(std::string_view name);

/// Names of the regions whose viewer socket somebody serves now: this user's and /run/oriel's.
std::vector<std::string> running_regions();

/// The target for an empty command line: the only running region.
/// Errors: NotFound, also where there are several: lists them, or the next command to type.
Result<Target> only_running_target();

/// The same for a guest's agent: in a virtual machine that has an ivshmem device, that one.
Result<Target> only_guest_target();

}  // namespace oriel
