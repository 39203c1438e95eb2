// SPDX-License-Identifier: MIT
#include "host/machine/guest_program.h"

#include <chrono>
#include <set>
#include <sstream>
#include <string>

#include <unistd.h>

#include "base/linux/child_program.h"

namespace oriel {
namespace {

constexpr std::size_t kMostOutput = 65536;
constexpr Nanoseconds kLimit = std::chrono::seconds(20);

/// Paths of the libraries a program names, and of the loader; none for one without libraries.
Result<std::set<std::string>> libraries_of(const std::string& program) {
    ORIEL_TRY_ASSIGN(const ChildProgram ldd,
                     ChildProgram::start({.label = "ldd",
                                          .arguments = {"ldd", program},
                                          .environment = {},
                                          .output = ChildCommand::Output::Pipe}));
    ORIEL_TRY_ASSIGN(const auto bytes, read_output(ldd, kMostOutput, kLimit));
    std::istringstream words(
        std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    std::set<std::string> paths;
    for (std::string word; words >> word;) {
        if (word.starts_with('/')) {
            paths.insert(word);
        }
    }
    return paths;
}

}  // namespace

Result<std::vector<GuestFile>> with_libraries(std::vector<GuestFile> programs) {
    std::set<std::string> libraries;
    for (const GuestFile& program : programs) {
        if (::access(program.from.c_str(), R_OK) != 0) {
            return Failure(Error::not_found("no program " + program.from));
        }
        ORIEL_TRY_ASSIGN(auto its, libraries_of(program.from));
        libraries.merge(its);
    }
    for (const std::string& library : libraries) {
        programs.push_back({.from = library, .path = library.substr(1)});
    }
    return programs;
}

}  // namespace oriel
