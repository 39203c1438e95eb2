// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "region/target.h"

namespace oriel {

/// The two sockets a broker listens on, in its region's folder.
std::string viewer_socket(std::string_view folder);
std::string vm_socket(std::string_view folder);

/// The socket a NAME means: this user's, else the system's where there is one and nobody serves the
/// user's.
std::string viewer_socket_of(std::string_view name);

/// Which of the two that is. A user's broker that was killed leaves its socket there.
std::string socket_to_ask(const std::string& own, const std::string& system);

/// Where the system's broker keeps the sockets of region `name`.
std::string system_region_folder(std::string_view name);

/// Below /run/oriel, which other users can enter; a user's own runtime folder they cannot.
bool is_system_folder(std::string_view folder);

/// Where this user's viewers have their control sockets. No region can have its name.
std::string viewers_folder();

/// Names of the regions below `bases` that somebody serves, sorted, each once.
std::vector<std::string> served_regions(std::span<const std::string> bases);

/// The only one of `names`, as only_running_target() has it.
Result<Target> only_target_of(std::span<const std::string> names);

/// As only_guest_target(), on a machine that `sysfs` describes and where `names` are served.
Result<Target> only_guest_target_of(std::span<const std::string> names, const std::string& sysfs);

}  // namespace oriel
