// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace oriel {

/// Where figures come from: without it they mean nothing.
struct BenchMachine {
    std::string processor;
    std::string kernel;       ///< "Linux 6.1.0"
    std::uint32_t cores = 0;  ///< That this process may use.
    double load = 0;          ///< Of the last minute: what others do makes figures worse.
    std::string cached_copies;
    std::string streamed_copies;
    std::uint64_t copy_crossover = 0;  ///< Bytes from which copies are streamed.
};

/// Blocks: for the milliseconds that choosing a copy kernel takes.
BenchMachine this_machine();

std::string machine_text(const BenchMachine& machine);
std::string machine_json(const BenchMachine& machine);

}  // namespace oriel
