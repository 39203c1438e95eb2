// SPDX-License-Identifier: MIT
#include "base/report.h"

#include <algorithm>
#include <cctype>

#include "base/log.h"

namespace oriel {
namespace {

/// A word of the library's own: an option's or person's spelling keeps its letters.
bool starts_a_sentence(const std::string& message) {
    return message.size() > 1 &&
           (message[1] == ' ' || std::islower(static_cast<unsigned char>(message[1])) != 0);
}

}  // namespace

int report_failure(const Error& error) {
    log(LogLevel::Error, error.message);
    return error.kind == ErrorKind::Usage ? 2 : 1;
}

std::string usage_line(std::string message) {
    std::ranges::replace(message, '\n', ' ');
    if (starts_a_sentence(message)) {
        message[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
    }
    return message + " (see --help)";
}

}  // namespace oriel
