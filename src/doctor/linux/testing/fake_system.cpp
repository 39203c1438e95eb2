// SPDX-License-Identifier: MIT
#include "doctor/linux/testing/fake_system.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/assert.h"

namespace oriel::testing_support {

FakeSystem::FakeSystem() : root_(std::filesystem::temp_directory_path() / "oriel-system-XXXXXX") {
    ORIEL_ASSERT(::mkdtemp(root_.data()) != nullptr);
}

FakeSystem::~FakeSystem() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

void FakeSystem::write(std::string_view path, std::string_view content) const {
    const std::filesystem::path file = root_ + std::string(path);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
}

void FakeSystem::remove(std::string_view path) const {
    std::filesystem::remove_all(root_ + std::string(path));
}

Check find_check(std::span<const Check> checks, std::string_view name) {
    const auto found = std::ranges::find(checks, name, &Check::name);
    return found == checks.end() ? Check::fail(std::string(name), "no such check", "") : *found;
}

}  // namespace oriel::testing_support
