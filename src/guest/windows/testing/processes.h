// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace oriel::testing_support {

/// What a program that has ended left.
struct Ran {
    std::uint32_t exit_code = 0;
    std::string output;  ///< stdout and stderr.
};

/// Runs it with these arguments, to its end.
Ran run_program(const std::wstring& program, const std::wstring& arguments);

/// The processes of the program with this file name, and whose parent it is, where one is named.
std::vector<std::uint32_t> processes_of(const std::wstring& file_name);
std::vector<std::uint32_t> children_of(std::uint32_t parent, const std::wstring& file_name);

void kill_process(std::uint32_t id);

/// Looks twenty times a second, for 20 s at most. Returns whether it came to be so.
bool comes_true(const std::function<bool()>& is_so);

}  // namespace oriel::testing_support
