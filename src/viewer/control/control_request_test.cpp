// SPDX-License-Identifier: MIT
#include "viewer/control/control_request.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using Verb = ControlRequest::Verb;
using Switch = ViewerControls::Switch;

std::string error_of(const std::string& line) {
    const auto request = read_control_request(line);
    EXPECT_FALSE(request) << line;
    return request ? "" : request.error().message;
}

TEST(ControlRequest, IsReadAsItWasWritten) {
    for (const Verb verb : {Verb::Who,
                            Verb::FullScreen,
                            Verb::Screenshot,
                            Verb::Grab,
                            Verb::Release,
                            Verb::SendKeys,
                            Verb::Text,
                            Verb::Reload,
                            Verb::Quit,
                            Verb::Stats}) {
        ControlRequest request{verb, Switch::Toggle, {}};
        if (verb == Verb::Text || verb == Verb::SendKeys) {
            request.text = "a \"quoted\"\n \xC3\xBC";
        }
        if (verb == Verb::FullScreen) {
            request.to = Switch::Off;
        }
        const std::string line = control_request_line(request);
        EXPECT_EQ(line.find('\n'), std::string::npos);

        const auto read = read_control_request(line);

        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(read->verb, request.verb);
        EXPECT_EQ(read->text, request.text);
        EXPECT_EQ(read->to, request.to);
    }
}

TEST(ControlRequest, NamesTheNearestVerb) {
    EXPECT_EQ(error_of(R"({"verb":"fulscreen"})"),
              "there is no verb 'fulscreen'; the nearest is 'fullscreen'");
}

TEST(ControlRequest, WantsWhatAVerbTakesAndNothingElse) {
    EXPECT_EQ(error_of(R"({"verb":"text"})"), "'text' is missing, or is no text");
    EXPECT_EQ(error_of(R"({"verb":"text","text":3})"), "'text' is missing, or is no text");
    EXPECT_EQ(error_of(R"({"verb":"quit","now":true})"), "'quit' takes no 'now'");
    EXPECT_EQ(error_of(R"({"verb":"fullscreen","to":"maybe"})"),
              "'maybe' is unknown: use on, off or toggle");
    EXPECT_EQ(error_of(R"({"text":"a"})"), "'verb' is missing, or is no text");
}

TEST(ControlRequest, RefusesWhatIsNoObject) {
    for (const char* line : {"", " ", "[]", "3", "{", "stats", "\xff\xfe", "{}{}", "null"}) {
        EXPECT_FALSE(read_control_request(line)) << line;
    }
    EXPECT_FALSE(read_control_request(std::string(50000, '[')));
    EXPECT_FALSE(read_control_request(std::string(kMaxControlLine + 1, ' ')));
}

TEST(ControlRequest, RepeatsNoMoreOfAWordThanAMessageHolds) {
    EXPECT_LT(error_of("{\"verb\":\"" + std::string(10000, 'x') + "\"}").size(), 200U);
}

}  // namespace
}  // namespace oriel
