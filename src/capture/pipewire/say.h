// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "base/log.h"

namespace oriel::pipewire_capture {

/// How the module's lines come to the program's log, of which it has a copy that knows neither the
/// program's name nor whether it is to say much.
using Say = void (*)(LogLevel level, std::string_view message);

/// Once, before say().
void set_say(Say to);

/// As log(), by the program.
void say(LogLevel level, std::string_view message);

}  // namespace oriel::pipewire_capture
