// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace oriel {

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };

/// Writes one line to stderr, with the program's name in front: "oriel: cannot open ...".
/// Debug lines appear only after log_show_debug(). Format with {fmt} at the call:
/// `log(LogLevel::Info, fmt::format("region {} is up", name))`.
///
/// Threads: any.
void log(LogLevel level, std::string_view message);

/// `program` is a name with static lifetime ("oriel", "oriel-guest"); before the first log().
void log_set_program(const char* program);
void log_show_debug();

}  // namespace oriel
