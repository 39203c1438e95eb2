// SPDX-License-Identifier: MIT
#include "config/settled.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

CommandSettings command() {
    Setting colour{"colour", Setting::Kind::Text, "red", ""};
    colour.variable = "ORIEL_COLOUR";
    colour.check = [](const std::string& value) -> Result<void> {
        return value == "mauve" ? Failure(Error::usage("--colour 'mauve' is unknown: use red"))
                                : Result<void>();
    };
    Setting wide{"wide", Setting::Kind::Flag, "false", ""};
    wide.variable = "ORIEL_WIDE";
    return {"view", {colour, wide, {"rate", Setting::Kind::Number, "0", ""}}};
}

/// Everything says something else.
class SettledTest : public testing::Test {
  protected:
    Result<Settled> settled(const std::string& vm = "") const {
        const std::vector known{command()};
        auto file = ConfigFile::parse(content_, "/c.toml", known);
        EXPECT_TRUE(file) << file.error().message;
        return settle(command(), typed_, *file, vm, [this](const char* variable) -> const char* {
            const auto found = variables_.find(variable);
            return found == variables_.end() ? nullptr : found->second.c_str();
        });
    }

    std::string content_ = "[view]\ncolour = \"general\"\n[vm.desk.view]\ncolour = \"desk's\"\n";
    Typed typed_{{"colour", "typed"}};
    Typed variables_{{"ORIEL_COLOUR", "environment's"}};
};

TEST_F(SettledTest, TheCommandLineWinsOverAll) {
    const auto found = settled("desk");

    EXPECT_EQ((*found)["colour"], "typed");
    EXPECT_EQ(found->values()[0].origin.text(), "command line");
}

TEST_F(SettledTest, ThenTheEnvironmentThenTheVmThenTheGeneralSectionThenTheDefault) {
    typed_.clear();
    EXPECT_EQ((*settled("desk"))["colour"], "environment's");
    EXPECT_EQ(settled("desk")->values()[0].origin.text(), "environment: ORIEL_COLOUR");

    variables_["ORIEL_COLOUR"] = "";
    EXPECT_EQ((*settled("desk"))["colour"], "desk's");
    EXPECT_EQ(settled("desk")->values()[0].origin.text(), "/c.toml:4");
    EXPECT_EQ((*settled("other"))["colour"], "general");
    EXPECT_EQ((*settled())["colour"], "general");

    content_.clear();
    EXPECT_EQ((*settled())["colour"], "red");
    EXPECT_EQ(settled()->values()[0].origin.text(), "default");
}

TEST_F(SettledTest, FlagsInTheEnvironmentAreWords) {
    variables_["ORIEL_WIDE"] = "on";
    EXPECT_TRUE(settled()->is_true("wide"));
    variables_["ORIEL_WIDE"] = "0";
    EXPECT_FALSE(settled()->is_true("wide"));
    variables_["ORIEL_WIDE"] = "perhaps";
    EXPECT_EQ(settled().error().message, "ORIEL_WIDE: 'perhaps' is neither true nor false");
}

TEST_F(SettledTest, ChecksWhatIsTypedAndWhatTheEnvironmentSays) {
    typed_["colour"] = "mauve";
    EXPECT_EQ(settled().error().message, "--colour 'mauve' is unknown: use red");
    typed_.clear();
    variables_["ORIEL_COLOUR"] = "mauve";
    EXPECT_EQ(settled().error().message, "ORIEL_COLOUR: --colour 'mauve' is unknown: use red");
}

TEST_F(SettledTest, TellsWhatChanged) {
    const auto before = settled();
    typed_["colour"] = "blue";
    typed_["rate"] = "5";

    const auto changed = before->changed_in(*settled());

    ASSERT_EQ(changed.size(), 2U);
    EXPECT_EQ(changed[0].name, "colour");
    EXPECT_EQ(changed[1].value, "5");
    EXPECT_TRUE(before->changed_in(*before).empty());
}

TEST_F(SettledTest, WhatIsShownIsAFileThatSaysTheSame) {
    typed_["colour"] = "a \"quoted\"\n\x7f line";
    typed_["wide"] = "true";
    typed_["rate"] = "59.94";
    const std::string shown = settled_toml(command(), "vm with/space", *settled());
    EXPECT_NE(shown.find("[vm.\"vm with/space\".view]"), std::string::npos) << shown;
    EXPECT_NE(shown.find("# command line"), std::string::npos);

    const auto again = [&] {
        content_ = shown;
        typed_.clear();
        variables_.clear();
        return settled("vm with/space");
    }();

    EXPECT_EQ((*again)["colour"], "a \"quoted\"\n\x7f line");
    EXPECT_EQ((*again)["wide"], "true");
    EXPECT_EQ((*again)["rate"], "59.94");
}

TEST_F(SettledTest, IsShownAsJsonToo) {
    typed_.clear();
    variables_.clear();
    typed_["rate"] = "2.5";

    EXPECT_EQ(settled_json_lines(*settled()),
              "{\"key\":\"colour\",\"value\":\"general\",\"from\":\"file\",\"file\":\"/c.toml\","
              "\"line\":2}\n"
              "{\"key\":\"wide\",\"value\":false,\"from\":\"default\"}\n"
              "{\"key\":\"rate\",\"value\":2.5,\"from\":\"command-line\"}\n");
}

}  // namespace
}  // namespace oriel
