// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/result.h"

namespace oriel {

/// `oriel-guest service`: what a person asked of the agent's service.
struct ServiceCommandOptions {
    enum class Verb : std::uint8_t {
        Install,
        Uninstall,
        Start,
        Stop,
        Status,
        Run,  ///< Be the service: what Windows' service manager asks for, and no person.
    } verb = Verb::Status;

    /// Whose service: the machine's, or the user's (for a session, under systemd).
    enum class Scope : std::uint8_t { System, User } scope = Scope::System;
};

/// Does it with this machine's service manager.
///
/// The exit code: of `status`, 1 where the service does not run.
/// Errors: Unsupported where there is none of that kind; System, naming what failed.
Result<int> run_service(const ServiceCommandOptions& options);

}  // namespace oriel
