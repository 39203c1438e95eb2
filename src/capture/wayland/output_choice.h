// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "capture/wayland/connection.h"

namespace oriel::wayland_capture {

/// The output called `wanted`; where that is empty, the one numbered `before` for as long as it is
/// there, then the first by name, since compositors tell of them in any order. Null: there is none.
const Output* find_output(const Connection& connection,
                          const std::string& wanted,
                          std::optional<std::uint32_t> before);

/// Why find_output() found none: NotFound, naming those that there are.
Error no_output(const Connection& connection, const std::string& wanted);

}  // namespace oriel::wayland_capture
