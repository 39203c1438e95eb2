// SPDX-License-Identifier: MIT
#include "config/config_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oriel {
namespace {

std::vector<CommandSettings> commands() {
    Setting colour{"colour", Setting::Kind::Text, "red", ""};
    colour.check = [](const std::string& value) -> Result<void> {
        return value == "mauve" ? Failure(Error::usage("--colour 'mauve' is unknown: use red"))
                                : Result<void>();
    };
    return {{"view",
             {colour,
              {"wide", Setting::Kind::Flag, "false", ""},
              {"count", Setting::Kind::Whole, "0", ""},
              {"rate", Setting::Kind::Number, "0", ""}}},
            {"broker", {{"mode", Setting::Kind::Text, "", ""}}}};
}

std::string error_of(const std::string& content) {
    const auto known = commands();
    const auto file = ConfigFile::parse(content, "/c.toml", known);
    EXPECT_FALSE(file);
    return file ? "" : file.error().message;
}

std::string value_in(const ConfigFile& file, const std::string& vm, const std::string& name) {
    const auto* const entry = file.find("view", vm, name);
    return entry == nullptr ? "(nothing)" : entry->value;
}

TEST(ConfigFile, KeepsWhatEachSectionSays) {
    const auto known = commands();
    const auto file = ConfigFile::parse(R"([view]
colour = "blue"
wide = true
count = 3
rate = 59.94
[vm.desk.view]
colour = "green"
[broker]
mode = "1x1"
)",
                                        "/c.toml",
                                        known);

    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(value_in(*file, "", "colour"), "blue");
    EXPECT_EQ(value_in(*file, "desk", "colour"), "green");
    EXPECT_EQ(value_in(*file, "other", "colour"), "blue");
    EXPECT_EQ(value_in(*file, "desk", "wide"), "true");
    EXPECT_EQ(value_in(*file, "", "count"), "3");
    EXPECT_EQ(value_in(*file, "", "rate"), "59.94");
    EXPECT_EQ(file->find("view", "desk", "colour")->line, 7U);
    EXPECT_EQ(file->find("broker", "", "mode")->value, "1x1");
    EXPECT_EQ(file->find("broker", "", "colour"), nullptr);
}

TEST(ConfigFile, NamesTheNearestKeyWithItsPlace) {
    EXPECT_EQ(error_of("[view]\n  color = \"blue\"\n"),
              "/c.toml:2:3: there is no key 'color' in [view]; the nearest is 'colour'");
    EXPECT_EQ(error_of("[vm.desk.view]\nwidth = true\n"),
              "/c.toml:2:1: there is no key 'width' in [view]; the nearest is 'wide'");
}

TEST(ConfigFile, NamesTheNearestSection) {
    EXPECT_EQ(error_of("[viw]\n"), "/c.toml:1:2: there is no section 'viw'; the nearest is 'view'");
    EXPECT_EQ(error_of("[vms.desk]\n"),
              "/c.toml:1:2: there is no section 'vms'; the nearest is 'vm'");
    EXPECT_EQ(
        error_of("[vm.desk.brokr]\n"),
        "/c.toml:1:10: there is no section 'brokr' for the VM 'desk'; the nearest is 'broker'");
}

TEST(ConfigFile, WantsTheRightTypes) {
    EXPECT_EQ(error_of("[view]\nwide = \"yes\"\n"),
              "/c.toml:2:8: wide is true or false, and here is a text");
    EXPECT_EQ(error_of("[view]\ncolour = 3\n"),
              "/c.toml:2:10: colour is a text in quotes, and here is a number");
    EXPECT_EQ(error_of("[view]\ncount = -1\n"),
              "/c.toml:2:9: count is a whole number, not below 0, and here is a negative number");
    EXPECT_EQ(error_of("[view]\nrate = []\n"), "/c.toml:2:8: rate is a number, and here is a list");
    EXPECT_NE(error_of("view = 3\n").find("/c.toml:1:8: 'view' is a section"), std::string::npos);
    EXPECT_NE(error_of("[vm]\ndesk = 3\n").find("'vm.desk' is a section"), std::string::npos);
}

TEST(ConfigFile, ChecksValuesAsTheCommandLineDoes) {
    EXPECT_EQ(error_of("[vm.desk.view]\ncolour = \"mauve\"\n"),
              "/c.toml:2:10: colour 'mauve' is unknown: use red");
}

TEST(ConfigFile, TellsTheFirstOfSeveralMistakes) {
    EXPECT_NE(error_of("[view]\nwide = 1\ncolour = 2\n[a]\n").find(":2:8:"), std::string::npos);
}

TEST(ConfigFile, SaysWhereItIsNoToml) {
    const std::string error = error_of("[view]\ncolour = \"blue\n");

    EXPECT_TRUE(error.starts_with("/c.toml:2:")) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos);
    EXPECT_NE(error_of("[view]\nwide = true\nwide = false\n"), "");
    EXPECT_NE(error_of("[view]\ncolour = \"\xff\"\n"), "");
    EXPECT_EQ(error_of("\"a\\nb\" = 1\n").find('\n'), std::string::npos);
    EXPECT_NE(error_of(std::string(100000, '[')), "");
}

class ConfigOnDisk : public testing::Test {
  protected:
    ConfigOnDisk() {
        std::string name = std::filesystem::temp_directory_path() / "oriel-config-XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }

    ~ConfigOnDisk() override { std::filesystem::remove_all(folder_); }

    std::string folder_;
};

TEST_F(ConfigOnDisk, AMissingFileIsAnEmptyOne) {
    const auto known = commands();

    for (const std::string& path : {folder_ + "/none", folder_ + "/none/none", std::string()}) {
        const auto file = ConfigFile::read(path, known);
        ASSERT_TRUE(file) << file.error().message;
        EXPECT_EQ(value_in(*file, "", "colour"), "(nothing)");
    }
}

TEST_F(ConfigOnDisk, AFileThatCannotBeReadIsAnError) {
    const auto known = commands();

    const auto file = ConfigFile::read(folder_, known);

    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().kind, ErrorKind::System);
    EXPECT_NE(file.error().message.find(folder_), std::string::npos);
}

TEST_F(ConfigOnDisk, SoIsOneThatIsTooLongForAConfiguration) {
    const auto known = commands();
    std::ofstream(folder_ + "/long") << std::string(ConfigFile::kMaxSize + 1, '#');

    const auto file = ConfigFile::read(folder_ + "/long", known);

    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().kind, ErrorKind::Usage);
}

TEST(ConfigPath, IsWhereXdgSays) {
    // NOLINTBEGIN(concurrency-mt-unsafe): one thread
    ::setenv("HOME", "/home/somebody", 1);
    ::setenv("XDG_CONFIG_HOME", "/etc/xdg-home", 1);
    EXPECT_EQ(config_path(), "/etc/xdg-home/oriel/config.toml");
    ::setenv("XDG_CONFIG_HOME", "relative", 1);
    EXPECT_EQ(config_path(), "/home/somebody/.config/oriel/config.toml");
    ::unsetenv("XDG_CONFIG_HOME");
    EXPECT_EQ(config_path(), "/home/somebody/.config/oriel/config.toml");
    ::unsetenv("HOME");
    EXPECT_EQ(config_path(), "");
    // NOLINTEND(concurrency-mt-unsafe)
}

}  // namespace
}  // namespace oriel
