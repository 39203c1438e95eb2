// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace oriel {

// What programs print. Neither throws nor fails: what could not be written is told at the program's
// end, by finish_output().

/// Text on stdout, seen at once by whoever reads it through a pipe.
void print_text(std::string_view text);

/// The same, and the line's end.
void print_line(std::string_view line);

/// The last thing a program does: `code`, with which it would end; 1 instead of 0, and a line on
/// stderr, where something that was printed could not be written. A pipe that its reader closed is
/// no failure.
int finish_output(int code);

}  // namespace oriel
