// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "host/machine/guest_kernel.h"

namespace oriel {

/// A file of the host's that the guest gets.
struct GuestFile {
    std::string from;
    std::string path;  ///< In the guest, without a slash at the front: "bin/oriel-guest".
    unsigned mode = 0755;
};

/// What a small guest of ours is made of: busybox, drivers, what the caller adds, and an init that
/// mounts, loads, starts, and then lends its second serial port to a shell.
struct GuestRoot {
    std::vector<std::string> modules;  ///< Loaded in this order, with what they need.
    std::vector<GuestFile> files;
    std::string start;  ///< Lines of shell, run once the modules are loaded.
};

/// What the guest writes to its first serial port, on a line of its own, once it is up.
inline constexpr const char* kGuestIsUp = "oriel: the guest is up";

/// A busybox of this machine that runs without libraries. Errors: NotFound.
Result<std::string> find_busybox();

/// Writes the archive to the file `path`.
/// Errors: NotFound where there is no busybox that runs without libraries, or no such module;
/// System.
Result<void> write_guest_root(const GuestRoot& root,
                              const GuestKernel& kernel,
                              const std::string& path);

}  // namespace oriel
