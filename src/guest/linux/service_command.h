// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "guest/service_command.h"

namespace oriel {

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
/// Returns and errors: as run_service(); Unsupported where systemd does not run.
Result<int> run_service_at(const ServiceHost& host, const ServiceCommandOptions& options);

}  // namespace oriel
