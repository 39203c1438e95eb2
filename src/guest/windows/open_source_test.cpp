// SPDX-License-Identifier: MIT
#include "guest/open_source.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(OpenSource, KnowsItsWords) {
    for (const char* capture : {"auto",
                                "auto:2",
                                "dxgi",
                                "dxgi:DISPLAY1",
                                "d3d12",
                                "wgc",
                                "wgc:DISPLAY2",
                                "gdi",
                                "gdi:1",
                                "pattern:320x200@10,rect"}) {
        EXPECT_TRUE(check_capture(capture)) << capture;
    }
    for (const char* capture : {"", "dxg", "gdi2", "pattern:64"}) {
        const auto checked = check_capture(capture);
        ASSERT_FALSE(checked) << capture;
        EXPECT_EQ(checked.error().kind, ErrorKind::Usage) << capture;
    }
}

TEST(OpenSource, SaysWhatIsForLinux) {
    const auto checked = check_capture("kms:card0");

    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, ErrorKind::Unsupported);
    EXPECT_EQ(checked.error().message,
              "--capture kms:card0 is for Linux; dxgi, d3d12, wgc, gdi and pattern are there");
}

/// Wine has no Desktop Duplication.
TEST(OpenSource, FallsDownToGdi) {
    const auto source = open_source("auto", "");

    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ((*source)->description(), R"(gdi \\.\DISPLAY1)");
}

TEST(OpenSource, TakesNoOtherWayThanTheOneNamed) {
    EXPECT_FALSE(open_source("dxgi", ""));
    EXPECT_FALSE(open_source("d3d12", ""));
    EXPECT_FALSE(open_source("wgc", ""));
}

TEST(OpenSource, SaysWhichScreensThereAre) {
    const auto source = open_source("gdi:7", "");

    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().message, "there is no screen '7': use DISPLAY1");
}

}  // namespace
}  // namespace oriel
