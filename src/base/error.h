// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace oriel {

enum class ErrorKind : std::uint8_t {
    System,       ///< The operating system refused; see Error::os_code.
    Protocol,     ///< The peer broke the rules; drop the session, keep running.
    Unsupported,  ///< Both sides are right, but this build or machine cannot do it.
    Usage,        ///< The person at the keyboard asked for something impossible.
    NotFound,     ///< What was named does not exist (yet): nobody serves it.
    Busy,         ///< It exists, and somebody else has it.
};

/// Why something failed, in words fit for the person reading the terminal: one lower-case line
/// that says what was tried and, where there is one, what to do about it.
///
/// Built on cold paths only: it allocates.
struct Error {
    ErrorKind kind;
    int os_code;  ///< errno, or GetLastError() on Windows; 0 unless kind is System.
    std::string message;

    /// `action` says what we tried, as in "map /dev/ivshmem0"; the system's text is appended.
    static Error system(const std::string& action, int os_code);
    static Error protocol(std::string what);
    static Error unsupported(std::string what);
    static Error usage(std::string what);
    static Error not_found(std::string what);
    static Error busy(std::string what);
};

}  // namespace oriel
