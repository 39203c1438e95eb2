// SPDX-License-Identifier: MIT
#include "host/bench/bench_machine.h"

#include <fstream>
#include <limits>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <sys/utsname.h>

#include "base/json_text.h"
#include "base/version.h"
#include "relay/copy_kernel.h"

namespace oriel {
namespace {

std::string processor_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const auto colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) {
            return line.substr(colon + 2);
        }
    }
    return "unknown processor";
}

double load_of_last_minute() {
    double load = 0;
    std::ifstream("/proc/loadavg") >> load;
    return load;
}

bool never_streams(const BenchMachine& machine) {
    return machine.copy_crossover == std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

BenchMachine this_machine() {
    BenchMachine machine;
    machine.processor = processor_name();
    utsname system{};
    if (::uname(&system) == 0) {
        machine.kernel = fmt::format("{} {}", system.sysname, system.release);
    }
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (::sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
        machine.cores = static_cast<std::uint32_t>(CPU_COUNT(&allowed));
    }
    machine.load = load_of_last_minute();
    const CopyChoice& choice = copy_choice();
    machine.cached_copies = choice.cached->name;
    machine.streamed_copies = choice.streaming->name;
    machine.copy_crossover = choice.crossover;
    return machine;
}

std::string machine_text(const BenchMachine& machine) {
    constexpr double kMebibyte = 1U << 20U;
    std::string copies = machine.cached_copies;
    if (!never_streams(machine)) {
        copies += fmt::format(", from {:.1f} MiB on {}",
                              static_cast<double>(machine.copy_crossover) / kMebibyte,
                              machine.streamed_copies);
    }
    return fmt::format("oriel {} on {}, {} cores, {}, load {:.1f}; copies by {}",
                       kVersion,
                       machine.processor,
                       machine.cores,
                       machine.kernel,
                       machine.load,
                       copies);
}

std::string machine_json(const BenchMachine& machine) {
    return json_text(nlohmann::json{{"machine", machine.processor},
                                    {"cores", machine.cores},
                                    {"system", machine.kernel},
                                    {"load", machine.load},
                                    {"version", kVersion},
                                    {"cached_copies", machine.cached_copies},
                                    {"streamed_copies", machine.streamed_copies},
                                    {"copy_crossover", machine.copy_crossover}});
}

}  // namespace oriel
