// SPDX-License-Identifier: MIT
// For the static oriel-guest, in base/log.cpp's place: distributions carry spdlog as a shared
// library only, and one line on stderr needs none.
#include <atomic>
#include <string>

#include <unistd.h>

#include "base/log.h"

namespace oriel {
namespace {

std::atomic<const char*> program_name{"oriel"};
std::atomic<bool> shows_debug{false};

}  // namespace

void log(LogLevel level, std::string_view message) {
    if (level == LogLevel::Debug && !shows_debug) {
        return;
    }
    std::string line = program_name.load();
    line += ": ";
    line += message;
    line += "\n";
    // In one piece; who closed our stderr does not want to read it.
    static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

void log_set_program(const char* program) {
    program_name = program;
}

void log_show_debug() {
    shows_debug = true;
}

}  // namespace oriel
