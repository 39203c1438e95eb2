// SPDX-License-Identifier: MIT
#include "edid/edid_mode.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(EdidMode, IsASizeAndARateOrSixtyHertz) {
    EXPECT_EQ(*EdidMode::parse("1920x1080"), (EdidMode{1920, 1080, 60'000}));
    EXPECT_EQ(*EdidMode::parse("2560x1440@144"), (EdidMode{2560, 1440, 144'000}));
    EXPECT_EQ(*EdidMode::parse("1920x1080@59.94"), (EdidMode{1920, 1080, 59'940}));
    EXPECT_EQ(*EdidMode::parse("7680x4320@500"), (EdidMode{7680, 4320, 500'000}));
}

TEST(EdidMode, IsWrittenAsItIsTyped) {
    EXPECT_EQ(EdidMode::parse("2560x1440@144")->text(), "2560x1440@144");
    EXPECT_EQ(EdidMode::parse("1920x1080@59.94")->text(), "1920x1080@59.940");
}

TEST(EdidMode, RefusesWhatNoMonitorIs) {
    for (const char* text : {"",
                             "1920",
                             "1920x",
                             "x1080",
                             "1920x1080@",
                             "1920x1080@0",
                             "1920x1080@501",
                             "1920x1080@nan",
                             "1920x1080@60Hz",
                             "-1920x1080",
                             "400x300",
                             "9000x1000",
                             "1920x99999999999"}) {
        const auto mode = EdidMode::parse(text);
        ASSERT_FALSE(mode) << text;
        EXPECT_EQ(mode.error().kind, ErrorKind::Usage);
        EXPECT_NE(mode.error().message.find("WxH@HZ"), std::string::npos);
    }
}

}  // namespace
}  // namespace oriel
