// SPDX-License-Identifier: MIT
#include "vm/guest_programs.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "host/machine/guest_program.h"

namespace oriel::testing_support {

std::vector<GuestFile> guest_programs(const std::vector<std::string>& names) {
    const char* const folder = std::getenv("ORIEL_BIN_DIR");  // NOLINT(concurrency-mt-unsafe)
    EXPECT_NE(folder, nullptr) << "ORIEL_BIN_DIR has to name the folder of the programs";
    std::vector<GuestFile> programs;
    for (const std::string& name : names) {
        programs.push_back(
            {std::string(folder == nullptr ? "." : folder) + "/" + name, "bin/" + name, 0755});
    }
    auto files = with_libraries(std::move(programs));
    EXPECT_TRUE(files) << files.error().message;
    return files.value_or(std::vector<GuestFile>());
}

}  // namespace oriel::testing_support
