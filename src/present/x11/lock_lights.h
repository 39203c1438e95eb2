// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "present/presenter.h"
#include "present/x11/connection.h"

namespace oriel {

/// The lights of the server's keyboard, asked for by their names, so whichever they are in its
/// layout. Empty without XKB. Blocks: two round trips.
std::optional<HostLocks> read_lock_lights(const X11Connection& connection);

}  // namespace oriel
