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

TEST(ParseDemoLength, TakesASecondToADay) {
    EXPECT_EQ(parse_demo_length("1"), std::chrono::seconds(1));
    EXPECT_EQ(parse_demo_length("86400"), std::chrono::hours(24));
    for (const char* text : {"nan", "inf", "0.5", "-1", "86401", ""}) {
        EXPECT_FALSE(parse_demo_length(text)) << text;
    }
}

TEST(WholeNumberFault, FindsWhatIsNone) {
    EXPECT_EQ(whole_number_fault("64"), "");
    EXPECT_EQ(whole_number_fault("-1"), "'-1' is not a whole number");
    EXPECT_NE(whole_number_fault("1.5"), "");
    EXPECT_NE(whole_number_fault("18446744073709551616"), "");
}

TEST(ParsePlatform, KnowsDisplaysAndRefusesOthers) {
    EXPECT_EQ(parse_platform("auto"), ViewerOptions::Platform::Auto);
    EXPECT_EQ(parse_platform("wayland"), ViewerOptions::Platform::Wayland);
    EXPECT_EQ(parse_platform("x11"), ViewerOptions::Platform::X11);
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

}  // namespace
}  // namespace oriel
