// SPDX-License-Identifier: MIT
#include "vm/guest_programs.h"

#include <cstdlib>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "host/machine/guest_program.h"

namespace oriel::testing_support {

std::vector<GuestFile> guest_programs(const std::vector<std::string>& names) {
    const char* const folder = std::getenv("ORIEL_BIN_DIR");  // NOLINT(concurrency-mt-unsafe)
    EXPECT_NE(folder, nullptr) << "ORIEL_BIN_DIR has to name the folder of the programs";
    std::vector<GuestFile> files;
    std::set<std::string> places;
    for (const std::string& name : names) {
        auto program =
            program_for_guest(std::string(folder == nullptr ? "." : folder) + "/" + name, name);
        EXPECT_TRUE(program) << program.error().message;
        for (GuestFile& file : program.value_or(std::vector<GuestFile>())) {
            // Libraries that several need come once.
            if (places.insert(file.path).second) {
                files.push_back(std::move(file));
            }
        }
    }
    return files;
}

}  // namespace oriel::testing_support
