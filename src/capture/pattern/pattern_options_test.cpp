// SPDX-License-Identifier: MIT
#include "capture/pattern/pattern_options.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(PatternOptions, TakesItsDefaultsFromNothing) {
    EXPECT_EQ(PatternOptions::parse("").value(), PatternOptions());
}

TEST(PatternOptions, ReadsSizeRateAndChange) {
    const auto options = PatternOptions::parse("640x480@144,rect=32x16");

    ASSERT_TRUE(options);
    EXPECT_EQ(*options, (PatternOptions{{640, 480}, 144, PatternChange::Rect, {32, 16}}));
}

TEST(PatternOptions, ReadsEachPartAlone) {
    EXPECT_EQ(PatternOptions::parse("640x480").value().size, (Size{640, 480}));
    EXPECT_EQ(PatternOptions::parse("640x480@0").value().rate_hz, 0);
    EXPECT_EQ(PatternOptions::parse(",still").value().change, PatternChange::Still);
    EXPECT_EQ(PatternOptions::parse("640x480,full").value().change, PatternChange::Full);
}

class PatternOptionsRefuses : public testing::TestWithParam<const char*> {};

TEST_P(PatternOptionsRefuses, InOneLineThatQuotesIt) {
    const auto options = PatternOptions::parse(GetParam());

    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().kind, ErrorKind::Usage);
    EXPECT_NE(options.error().message.find(GetParam()), std::string::npos);
    EXPECT_EQ(options.error().message.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(BadText,
                         PatternOptionsRefuses,
                         testing::Values("640",
                                         "640x",
                                         "x480",
                                         "640x480x2",
                                         "640x480@",
                                         "640x480@-1",
                                         "640x480@99999",
                                         "64x64",
                                         "99999x480",
                                         "640x480,",
                                         "640x480,round",
                                         "640x480,full=1x1",
                                         "640x480,rect=0x1",
                                         "640x480,rect,full",
                                         "@60",
                                         "4294967936x480"));

}  // namespace
}  // namespace oriel
