// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "doctor/check.h"
#include "doctor/linux/system_files.h"

namespace oriel {

/// What the host's checks look at; a test gives them a machine of its own.
struct HostMachine {
    SystemFiles files;
    std::function<std::string(const char* name)> variable;  ///< Of the environment; "": not set.
    /// The first line that a program says of its version.
    std::function<Result<std::string>(const std::string& program)> version;
    /// Opens an X server. Whether it takes memory as a descriptor.
    std::function<Result<bool>(const std::string& display)> x11;
    std::vector<std::string> regions;         ///< Those running.
    std::vector<std::string> module_folders;  ///< Where modules of ours are.
};

/// Where regions live, and which are running.
std::vector<Check> region_checks(const HostMachine& machine);

/// What runs a VM: QEMU, KVM, libvirt.
std::vector<Check> machine_checks(const HostMachine& machine);

/// What shows a picture without copying it more than once, and what sends input back.
std::vector<Check> viewer_checks(const HostMachine& machine);

/// Files in memory that can be sealed; pages of 2 MiB.
std::vector<Check> memory_checks(const HostMachine& machine);

/// All of them.
std::vector<Check> host_checks(const HostMachine& machine);

}  // namespace oriel
