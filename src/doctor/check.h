// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace oriel {

/// One thing a program needs of its machine, and whether it is there.
struct Check {
    enum class State : std::uint8_t {
        Ok,
        Warn,  ///< Something works less well, or not for everybody.
        Fail,  ///< Nothing will be seen before it is mended.
    };

    std::string name;  ///< One word.
    State state;
    std::string found;  ///< What is so.
    std::string cure;   ///< What to do about it; empty where nothing has to be done.

    static Check ok(std::string name, std::string found);
    static Check warn(std::string name, std::string found, std::string cure);
    static Check fail(std::string name, std::string found, std::string cure);
};

enum class CheckOutput : std::uint8_t { Text, Json };

/// A check as one line for a person, and as one JSON object.
std::string check_text(const Check& check);
std::string check_json(const Check& check);

/// Prints each on a line of its own. Returns the exit code: 1 where one of them failed.
int report_checks(std::span<const Check> checks, CheckOutput output);

}  // namespace oriel
