// SPDX-License-Identifier: MIT
#include "vm/guest_programs.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace oriel::testing_support {
namespace {

struct PipeClose {
    void operator()(std::FILE* pipe) const { static_cast<void>(::pclose(pipe)); }
};

/// Paths of the libraries a program names, and of the loader; none for one without libraries.
std::set<std::string> libraries_of(const std::string& program) {
    const std::unique_ptr<std::FILE, PipeClose> pipe(
        ::popen(("ldd '" + program + "' 2>/dev/null").c_str(), "re"));
    std::string text;
    std::array<char, 4096> piece{};
    while (pipe && std::fgets(piece.data(), piece.size(), pipe.get()) != nullptr) {
        text += piece.data();
    }
    std::set<std::string> paths;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        if (word.starts_with('/')) {
            paths.insert(word);
        }
    }
    return paths;
}

}  // namespace

std::vector<GuestFile> guest_programs(const std::vector<std::string>& names) {
    const char* const folder = std::getenv("ORIEL_BIN_DIR");  // NOLINT(concurrency-mt-unsafe)
    EXPECT_NE(folder, nullptr) << "ORIEL_BIN_DIR has to name the folder of the programs";
    std::vector<GuestFile> programs;
    for (const std::string& name : names) {
        programs.push_back(
            {std::string(folder == nullptr ? "." : folder) + "/" + name, "bin/" + name, 0755});
    }
    return with_libraries(programs);
}

std::vector<GuestFile> with_libraries(std::vector<GuestFile> programs) {
    std::set<std::string> libraries;
    for (const GuestFile& program : programs) {
        libraries.merge(libraries_of(program.from));
    }
    for (const std::string& library : libraries) {
        programs.push_back({library, library.substr(1), 0755});
    }
    return programs;
}

}  // namespace oriel::testing_support
