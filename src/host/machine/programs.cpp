// SPDX-License-Identifier: MIT
#include "host/machine/programs.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace oriel {

std::string find_program(const std::string& program) {
    const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody changes it
    std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        std::string candidate = fmt::format("{}/{}", folder.empty() ? "." : folder, program);
        if (::access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
    }
    return {};
}

std::string program_beside(const std::string& name) {
    std::error_code ignored;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
    return self.parent_path() / name;
}

Result<void> check_programs(std::span<const NeededProgram> needed) {
    std::vector<std::string> programs;
    std::vector<std::string> packages;
    for (const auto& [program, package] : needed) {
        if (!find_program(program).empty()) {
            continue;
        }
        programs.emplace_back(program);
        if (std::ranges::find(packages, package) == packages.end()) {
            packages.emplace_back(package);
        }
    }
    if (programs.empty()) {
        return {};
    }
    return Failure(Error::not_found(
        fmt::format("the demo needs {}, which {} not here: install {} (sudo apt-get install {})",
                    fmt::join(programs, ", "),
                    programs.size() == 1 ? "is" : "are",
                    packages.size() == 1 ? "the package " + packages.front() : "their packages",
                    fmt::join(packages, " "))));
}

}  // namespace oriel
