// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "host/machine/guest_root.h"

namespace oriel::testing_support {

/// Why this machine has no X server and terminal to lend to a guest; "" where it has.
std::string why_no_x();

/// Xorg with the driver for any KMS screen, xterm, and what they need. Without input devices, and
/// without anything that renders on a GPU.
/// Errors: System where its configuration cannot be written into `folder`.
Result<std::vector<GuestFile>> x_programs(const std::string& folder);

/// A line of shell that starts the server as display :0.
std::string start_x_command();

}  // namespace oriel::testing_support
