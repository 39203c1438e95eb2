// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace oriel {

/// The service manager's unit that starts a region's broker when its virtual machine connects.
struct BrokerUnit {
    enum class Scope : std::uint8_t { System, User };

    std::string region;
    Scope scope = Scope::System;
};

/// The manager that has such units runs here.
bool has_service_manager(const BrokerUnit& unit);

bool is_enabled(const BrokerUnit& unit);

/// What enables it and starts it listening, and what takes that back, as a person would type it.
std::vector<std::string> enable_command(const BrokerUnit& unit);
std::vector<std::string> disable_command(const BrokerUnit& unit, bool and_stop);

/// What to type where there is no service manager.
std::string broker_by_hand(const BrokerUnit& unit);

/// Runs a command with our terminal; a service manager may ask for a password on it.
/// Blocks: until it ends. Errors: NotFound where there is no such program; System where it fails,
/// with the command to type.
Result<void> run_command(const std::vector<std::string>& command);

}  // namespace oriel
