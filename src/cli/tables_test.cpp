// SPDX-License-Identifier: MIT
// Walks the tables: what is a row is an option and a key, and each is tried.
#include "cli/tables.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/linux/sealed_memory.h"
#include "config/config_file.h"

namespace oriel {
namespace {

/// For each key a value that is right and another than the default, and one of the right type that
/// is wrong (empty: there is none). A row without a line here fails the tests.
struct Example {
    std::string right;
    std::string wrong;
};

const std::map<std::string, Example>& examples() {
    static const std::map<std::string, Example> all{
        {"view.platform", {"\"offscreen\"", "\"beos\""}},
        {"view.present", {"\"direct\"", "\"smoke\""}},
        {"view.input", {"\"none\"", "\"telepathy\""}},
        {"view.host-key", {"\"ctrl+alt\"", "\"ctrl+q\""}},
        {"view.grab-on-start", {"true", ""}},
        {"view.auto-grab", {"true", ""}},
        {"view.size", {"\"640x480\"", "\"640\""}},
        {"view.refresh", {"59.94", "-1"}},
        {"view.fullscreen", {"true", ""}},
        {"view.overlay", {"true", ""}},
        {"view.json", {"true", ""}},
        {"view.frames", {"true", ""}},
        {"view.resize", {"\"window\"", "\"both\""}},
        {"view.inhibit-idle", {"\"always\"", "\"sometimes\""}},
        {"view.vsync", {"\"on\"", "\"sometimes\""}},
        {"view.scale", {"\"integer\"", "\"huge\""}},
        {"view.remember-window", {"false", ""}},
        {"broker.mode", {"\"640x480,800x600\"", "\"640\""}},
        {"broker.size", {"64", "9999999999"}},
        {"broker.slots", {"6", "9999999999"}},
        {"broker.hugepages", {"true", ""}},
        {"broker.vm-group", {"\"kvm\"", ""}},
        {"broker.viewer-group", {"\"video\"", ""}},
        {"broker.input", {"\"qmp:/run/qmp.sock\"", "\"telepathy\""}},
        {"broker.json", {"true", ""}},
        {"screenshot.output", {"\"a.png\"", ""}},
        {"screenshot.timeout", {"\"300ms\"", "\"soon\""}},
        {"status.json", {"true", ""}},
    };
    return all;
}

struct Row {
    std::string command;
    Setting setting;

    std::string key() const { return command + "." + setting.name; }
};

std::vector<Row> rows() {
    std::vector<Row> all;
    for (const CommandSettings& command : all_settings()) {
        for (const Setting& setting : command.settings) {
            all.push_back({command.command, setting});
        }
    }
    return all;
}

class EveryKey : public testing::TestWithParam<Row> {
  protected:
    const Row& row() const { return GetParam(); }

    Result<ConfigFile> parse(const std::string& section, const std::string& value) const {
        return ConfigFile::parse(fmt::format("[{}]\n{} = {}\n", section, row().setting.name, value),
                                 "/c.toml",
                                 all_settings());
    }

    void expect_refused(const std::string& value) const {
        const auto file = parse(row().command, value);
        ASSERT_FALSE(file) << value;
        EXPECT_TRUE(file.error().message.starts_with(
            fmt::format("/c.toml:2:{}: {}", row().setting.name.size() + 4, row().setting.name)))
            << file.error().message;
        EXPECT_EQ(file.error().message.find('\n'), std::string::npos);
    }

    Example example() const {
        const auto found = examples().find(row().key());
        EXPECT_NE(found, examples().end()) << row().key() << " has no example";
        return found == examples().end() ? Example{} : found->second;
    }
};

TEST_P(EveryKey, TakesAValueForAllAndForOneVm) {
    const std::string right = example().right;
    for (const std::string& section : {row().command, "vm.desk." + row().command}) {
        const auto file = parse(section, right);
        ASSERT_TRUE(file) << file.error().message;
        const auto* const entry = file->find(row().command, "desk", row().setting.name);
        ASSERT_NE(entry, nullptr);
        EXPECT_NE(entry->value, row().setting.fallback);
        EXPECT_TRUE(row().setting.check(entry->value));
    }
}

TEST_P(EveryKey, RefusesAnotherType) {
    expect_refused(row().setting.kind == Setting::Kind::Text ? "3" : "\"text\"");
    expect_refused("[1]");
    expect_refused("{ a = 1 }");
    if (row().setting.kind == Setting::Kind::Whole) {
        expect_refused("-1");
        expect_refused("1.5");
    }
}

TEST_P(EveryKey, RefusesAWrongValue) {
    if (!example().wrong.empty()) {
        expect_refused(example().wrong);
    }
}

TEST_P(EveryKey, HasADefaultThatIsRight) {
    EXPECT_TRUE(row().setting.check(row().setting.fallback));
    EXPECT_FALSE(row().setting.help.empty());
}

INSTANTIATE_TEST_SUITE_P(Tables, EveryKey, testing::ValuesIn(rows()), [](const auto& test) {
    std::string name = test.param.key();
    std::erase_if(name, [](char c) { return c == '-' || c == '.'; });
    return name;
});

TEST(Tables, HaveAnExampleForEachRowAndNoOther) {
    std::set<std::string> keys;
    for (const Row& row : rows()) {
        EXPECT_TRUE(keys.insert(row.key()).second) << row.key() << " is there twice";
    }
    for (const auto& [key, example] : examples()) {
        EXPECT_TRUE(keys.contains(key)) << key << " is no row";
    }
}

TEST(Tables, PutWhatIsSaidIntoTheOptions) {
    const auto file = ConfigFile::parse(R"([view]
platform = "offscreen"
host-key = "pause"
grab-on-start = true
auto-grab = true
size = "640x480"
refresh = 30
fullscreen = true
input = "none"
[broker]
size = 64
hugepages = true
mode = "640x480"
)",
                                        "/c.toml",
                                        all_settings());
    ASSERT_TRUE(file) << file.error().message;
    const auto none = [](const char*) -> const char* {
        return nullptr;
    };

    const auto view = options_of(
        view_table(), settle(settings_of_command("view"), {}, *file, "desk", none).value());
    const auto broker = options_of(
        broker_table(), settle(settings_of_command("broker"), {}, *file, "desk", none).value());

    ASSERT_TRUE(view);
    EXPECT_EQ(view->platform, ViewerOptions::Platform::Offscreen);
    EXPECT_EQ(view->host_key.name(), "Pause");
    EXPECT_TRUE(view->grab_on_start);
    EXPECT_TRUE(view->auto_grab);
    EXPECT_EQ(view->window_size, (Size{640, 480}));
    EXPECT_EQ(view->offscreen_refresh_mhz, 30'000U);
    EXPECT_TRUE(view->is_full_screen);
    EXPECT_EQ(view->input_target.kind, InputTarget::Kind::None);
    ASSERT_TRUE(broker);
    EXPECT_EQ(broker->size, 64U << 20U);
    EXPECT_EQ(broker->pages, PageSize::Huge);
    EXPECT_EQ(broker->modes.size(), 1U);
}

}  // namespace
}  // namespace oriel
