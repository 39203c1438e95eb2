// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace oriel {

/// `oriel-guest service`: what a person asked of the agent's service.
struct ServiceCommandOptions {
    enum class Verb : std::uint8_t { Install, Uninstall, Start, Stop, Status } verb = Verb::Status;

    /// Whose service manager: the machine's, or that of the user (for a session).
    enum class Scope : std::uint8_t { System, User } scope = Scope::System;
};

/// Where systemd is on this machine; a test has one of its own.
struct ServiceHost {
    std::string systemctl = "systemctl";
    std::string mark;  ///< A folder that is there while that service manager runs.
    std::string own_units;
    std::vector<std::string> package_units;
    std::string program;  ///< What the service runs.
    bool may_write = false;

    /// Errors: System where this program's own path cannot be found.
    static Result<ServiceHost> of_this_machine(ServiceCommandOptions::Scope scope);
};

/// Does it with systemctl. Where no package brought the unit, `install` writes one that runs this
/// very program, and `uninstall` removes it.
///
/// The exit code: of `status`, 1 where the service does not run.
/// Errors: Unsupported where systemd does not run; System, naming what failed.
Result<int> run_service(const ServiceCommandOptions& options, const ServiceHost& host);

}  // namespace oriel
