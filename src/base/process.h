// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace oriel {

/// This process's number in its system.
std::uint32_t process_id();

/// What this machine calls itself, in UTF-8; empty where it does not tell.
std::string host_name();

}  // namespace oriel
