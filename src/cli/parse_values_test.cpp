// SPDX-License-Identifier: MIT
#include "cli/parse_values.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(ParseWindowSize, RefusesWhatIsNoSize) {
    for (const char* text : {"1920", "x", "0x600", "1920x1080x2", "99999x10", "a,b"}) {
        const auto size = parse_window_size(text);

        ASSERT_FALSE(size) << text;
        EXPECT_EQ(size.error().kind, ErrorKind::Usage);
    }
}

TEST(ParseDuration, KnowsSecondsAndMilliseconds) {
    EXPECT_EQ(parse_duration("5s"), std::chrono::seconds(5));
    EXPECT_EQ(parse_duration("300ms"), std::chrono::milliseconds(300));
    EXPECT_EQ(parse_duration("2.5"), std::chrono::milliseconds(2500));
    EXPECT_FALSE(parse_duration("soon"));
    EXPECT_FALSE(parse_duration("-1s"));
}

TEST(ParsePlatform, TellsUnknownFromNotYet) {
    EXPECT_EQ(parse_platform("wayland").error().kind, ErrorKind::Unsupported);
    EXPECT_EQ(parse_platform("beos").error().kind, ErrorKind::Usage);
}

TEST(ParseToldInput, KnowsWaysToTheGuestAndRefusesOthers) {
    EXPECT_EQ(parse_told_input(""), "");
    EXPECT_EQ(parse_told_input("auto"), "");
    EXPECT_EQ(parse_told_input("none"), "none");
    EXPECT_EQ(parse_told_input("spice:unix:/run/vm/spice.sock"), "spice:unix:/run/vm/spice.sock");
    EXPECT_EQ(parse_told_input("qmp:/run/vm/qmp.sock"), "qmp:/run/vm/qmp.sock");
    EXPECT_EQ(parse_told_input("telepathy").error().kind, ErrorKind::Usage);
}

TEST(UsageLine, IsOneLowerCaseLine) {
    EXPECT_EQ(usage_line("The following\nwas not expected"),
              "the following was not expected (see --help)");
    EXPECT_EQ(usage_line("--size: bad"), "--size: bad (see --help)");
}

}  // namespace
}  // namespace oriel
