// SPDX-License-Identifier: MIT
#pragma once

#include "guest/agent_options.h"

namespace oriel {

/// `oriel-guest`: captures until told to end. Returns the exit code.
///
/// One that waits ends by itself only where it was asked for something that cannot be.
int run_guest(const AgentOptions& options);

}  // namespace oriel
