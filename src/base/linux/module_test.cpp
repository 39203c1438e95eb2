// SPDX-License-Identifier: MIT
#include "base/linux/module.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace oriel {
namespace {

// Built beside this test; see CMakeLists.txt.
const std::string kFolder = ORIEL_TEST_MODULES "/";

void expect_refused(const std::string& file, const std::string& words) {
    const auto functions = load_module_file("some", kFolder + file);
    ASSERT_FALSE(functions);
    EXPECT_EQ(functions.error().kind, ErrorKind::Unsupported);
    EXPECT_NE(functions.error().message.find("cannot load the module some: "), std::string::npos)
        << functions.error().message;
    EXPECT_NE(functions.error().message.find(words), std::string::npos)
        << functions.error().message;
}

TEST(Module, GivesItsFunctions) {
    const auto functions = load_module_file("same", kFolder + "same_version.so");
    ASSERT_TRUE(functions) << functions.error().message;

    EXPECT_EQ(*static_cast<const int*>(*functions), 42);
}

TEST(Module, OfAnotherVersionIsRefused) {
    expect_refused("other_version.so", "is of version 0.0.0-other, this program of " ORIEL_VERSION);
}

TEST(Module, ThatIsNoneIsRefused) {
    expect_refused("no_entry.so", "is not a module of oriel's");

    const std::string path = std::filesystem::temp_directory_path() / "oriel-no-library.so";
    std::ofstream(path) << "not ELF";
    const auto functions = load_module_file("some", path);
    std::filesystem::remove(path);
    ASSERT_FALSE(functions);
    EXPECT_EQ(functions.error().kind, ErrorKind::Unsupported);
}

TEST(Module, ThatIsNotInstalledIsSaid) {
    const auto functions = load_module("no_such_module");
    ASSERT_FALSE(functions);
    EXPECT_EQ(functions.error().kind, ErrorKind::Unsupported);
    EXPECT_NE(functions.error().message.find("it is not installed; looked for /"),
              std::string::npos)
        << functions.error().message;
}

TEST(Module, IsLookedForBesideTheProgramWhateverTheEnvironmentSays) {
    const auto places = module_places("some");
    ASSERT_FALSE(places.empty());
    const std::string program = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    EXPECT_TRUE(places.front().starts_with(program + "/../")) << places.front();

    for (const std::string& place : places) {
        EXPECT_TRUE(place.starts_with('/')) << place;
        EXPECT_TRUE(place.ends_with("/oriel/some.so")) << place;
    }
}

}  // namespace
}  // namespace oriel
