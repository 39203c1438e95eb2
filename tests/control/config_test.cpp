// SPDX-License-Identifier: MIT
// The configuration file and the real programs.

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "control/control_fixture.h"

namespace oriel::testing_support {
namespace {

class Config : public ControlTest {
  protected:
    static void expect_error(const Said& said, int exit_code, const std::string& part) {
        EXPECT_EQ(said.exit_code, exit_code) << said.text;
        EXPECT_EQ(std::ranges::count(said.text, '\n'), 1) << said.text;
        EXPECT_NE(said.text.find(part), std::string::npos) << said.text;
    }

    static Said show(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"view", "--show-config"});
        return run(std::move(arguments));
    }
};

TEST_F(Config, ShowsWhatIsInForceAndWhereItCameFrom) {
    configure(
        "[view]\nfullscreen = true\nhost-key = \"pause\"\n"
        "[vm.test.view]\nhost-key = \"ctrl+alt\"\n");

    const std::string shown = show({"test", "--size", "640x480"}).text;

    EXPECT_NE(shown.find("[vm.test.view]\n"), std::string::npos) << shown;
    for (const char* const line : {"platform = \"auto\"",
                                   "size = \"640x480\"",
                                   "fullscreen = true",
                                   "host-key = \"ctrl+alt\""}) {
        EXPECT_NE(shown.find(fmt::format("\n{} ", line)), std::string::npos)
            << line << " in " << shown;
    }
    EXPECT_NE(shown.find("# command line\n"), std::string::npos);
    EXPECT_NE(shown.find("# default\n"), std::string::npos);
    EXPECT_NE(shown.find("# " + config_path() + ":2\n"), std::string::npos) << shown;
    EXPECT_NE(shown.find("# " + config_path() + ":5\n"), std::string::npos) << shown;
    EXPECT_NE(show({"other"}).text.find("host-key = \"pause\""), std::string::npos);
    // The only region there is.
    EXPECT_NE(show({}).text.find("host-key = \"ctrl+alt\""), std::string::npos);
}

TEST_F(Config, WhatIsShownIsAFileThatSaysTheSame) {
    configure(show({"test", "--fullscreen", "--host-key", "super", "--refresh", "59.94"}).text);

    const std::string again = show({"test"}).text;

    EXPECT_NE(again.find("fullscreen = true"), std::string::npos) << again;
    EXPECT_NE(again.find("host-key = \"super\""), std::string::npos);
    EXPECT_NE(again.find("refresh = 59.94"), std::string::npos);
    EXPECT_EQ(again.find("# default"), std::string::npos);
}

TEST_F(Config, ShowsItAsJson) {
    const Said said = show({"test", "--json", "--fullscreen=false"});

    EXPECT_NE(said.text.find(R"({"key":"platform","value":"auto","from":"default"})"),
              std::string::npos)
        << said.text;
    EXPECT_NE(said.text.find(R"({"key":"fullscreen","value":false,"from":"command-line"})"),
              std::string::npos);
}

TEST_F(Config, IsWhatAViewerGoesBy) {
    configure("[view]\nplatform = \"offscreen\"\n[vm.test.view]\nfullscreen = true\n");

    const ChildProgram viewer = view({"test"});
    EXPECT_EQ(stats()["fullscreen"], true);
    EXPECT_EQ(ctl({"quit"}).exit_code, 0);
    const ChildProgram other = view({"test", "--fullscreen=false"});
    EXPECT_TRUE(comes([] { return ctl({"stats"}).exit_code == 0; }));
    EXPECT_EQ(stats()["fullscreen"], false);
}

TEST_F(Config, MistakesAreToldWithTheirPlaceAndEndAllCommands) {
    configure("[view]\n  fulscreen = true\n");
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"view", "test"}, {"status"}, {"screenshot"}, {"broker", "b"}}) {
        expect_error(run(command),
                     2,
                     config_path() +
                         ":2:3: there is no key 'fulscreen' in [view]; the nearest is "
                         "'fullscreen'");
    }
    configure("[view]\nplatform = \"beos\"\n");
    expect_error(show({}), 2, ":2:12: platform 'beos' is unknown: use auto");
    configure("[view]\npresent = \"gpu\"\n");
    expect_error(show({}), 1, ":2:11: present gpu is not in this version");
}

TEST_F(Config, AFileThatCannotBeReadIsToldToo) {
    std::filesystem::create_directories(config_path());

    expect_error(show({}), 1, "cannot read " + config_path());
}

TEST_F(Config, ReloadAppliesWhatCanBeAppliedAndNamesTheRest) {
    configure("[view]\nplatform = \"offscreen\"\n");
    const ChildProgram viewer = view({"test"});
    EXPECT_EQ(ctl({"reload"}).text, "nothing has changed\n");

    configure(
        "[view]\nplatform = \"offscreen\"\nfullscreen = true\nhost-key = \"pause\"\n"
        "size = \"640x480\"\n");
    const std::string text = ctl({"reload"}).text;

    EXPECT_NE(text.find("fullscreen is \"true\" now\n"), std::string::npos) << text;
    EXPECT_NE(text.find("host-key is \"pause\" now\n"), std::string::npos) << text;
    EXPECT_NE(text.find("size will be \"640x480\" once the viewer is started anew\n"),
              std::string::npos)
        << text;
    EXPECT_EQ(stats()["fullscreen"], true);
    // What waits for a start still waits.
    const auto again = json_of({"reload"});
    EXPECT_EQ(again["applied"], nlohmann::json::object());
    EXPECT_EQ(again["needs_restart"]["size"], "640x480");
}

TEST_F(Config, ReloadOfABrokenFileChangesNothing) {
    configure("[view]\nplatform = \"offscreen\"\n");
    const ChildProgram viewer = view({"test"});

    configure("[view]\nplatform = \"offscreen\"\nfullscreen = true\nhost-key = \"q\"\n");
    expect_error(ctl({"reload"}), 2, config_path() + ":4:12: host-key q: ");

    EXPECT_EQ(stats()["fullscreen"], false);
    configure("[view]\nplatform = \"offscreen\"\nfullscreen = true\n");
    EXPECT_EQ(ctl({"reload"}).exit_code, 0);
    EXPECT_EQ(stats()["fullscreen"], true);
}

TEST_F(Config, WhatWasTypedStaysInForceWhateverTheFileSays) {
    const ChildProgram viewer = view_offscreen({"--fullscreen=false"});

    configure("[view]\nfullscreen = true\n");

    EXPECT_EQ(ctl({"reload"}).text, "nothing has changed\n");
    EXPECT_EQ(stats()["fullscreen"], false);
}

}  // namespace
}  // namespace oriel::testing_support
