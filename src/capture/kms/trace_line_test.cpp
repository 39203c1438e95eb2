// SPDX-License-Identifier: MIT
#include "capture/kms/trace_line.h"

#include <gtest/gtest.h>

namespace oriel::kms_capture {
namespace {

using std::chrono::microseconds;

constexpr auto kConsole =
    "     kworker/0:1-12      [000] .....     5.123456: console: "
    "(process_one_work+0x1c7/0x380 <- drm_fb_helper_damage_work)";

TEST(TraceLine, ReadsNameAndTime) {
    const auto line = parse_trace_line(kConsole);

    ASSERT_TRUE(line);
    EXPECT_EQ(line->name, "console");
    EXPECT_EQ(line->time, microseconds(5'123'456));
}

TEST(TraceLine, ReadsALineWithoutFlags) {
    const auto line = parse_trace_line("Xorg-400 [001] 77.000001: flip: (a+0x1/0x2 <- b)");

    ASSERT_TRUE(line);
    EXPECT_EQ(line->name, "flip");
    EXPECT_EQ(line->time, microseconds(77'000'001));
}

TEST(TraceLine, IsNotMisledByATasksName) {
    const auto line = parse_trace_line(
        "  a [9] 1.000000: cursor: x-7 [000] d..1.  9.000002: dirty: (a+0x1/0x2 <- b [drm])");

    ASSERT_TRUE(line);
    EXPECT_EQ(line->name, "dirty");
    EXPECT_EQ(line->time, microseconds(9'000'002));
}

class NoTraceLine : public testing::TestWithParam<const char*> {};

TEST_P(NoTraceLine, IsTaken) {
    EXPECT_FALSE(parse_trace_line(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Texts,
    NoTraceLine,
    testing::Values("",
                    "CPU:0 [LOST 12 EVENTS]",
                    "x-1 [000] ..... 5.12345: console: (a)",
                    "x-1 [000] ..... 5.1234567: console: (a)",
                    "x-1 [000] ..... -5.123456: console: (a)",
                    "x-1 [000] ..... 99999999999999999999.123456: console: (a)",
                    "x-1 [000] ..... 999999999.123456: console: (a)",
                    "x-1 [000] ..... 5.123456: console",
                    "x-1 [000] ..... 5.123456: : (a)",
                    "x-1 [000] "));

TEST(ReadTrace, TellsContentWithItsEarliestTime) {
    const std::string text = std::string(kConsole) + "\n" +
                             "a-1 [001] ..... 5.000001: flip: (a <- b)\n"
                             "a-1 [001] ..... 4.000001: cursor: (a <- b)\n";

    const ChangeNotice notice = read_trace(text);

    EXPECT_TRUE(notice.is_content);
    EXPECT_TRUE(notice.is_cursor);
    EXPECT_EQ(notice.since, microseconds(5'000'001));
}

TEST(ReadTrace, TellsACursorAlone) {
    EXPECT_EQ(read_trace("a-1 [001] ..... 5.000001: cursor2: (a <- b)\n"),
              (ChangeNotice{false, true, std::nullopt}));
}

TEST(ReadTrace, TakesWhatItDoesNotUnderstandForContent) {
    EXPECT_EQ(read_trace("CPU:0 [LOST 12 EVENTS]\n"), (ChangeNotice{true, false, std::nullopt}));
    EXPECT_EQ(read_trace("\n\n"), ChangeNotice());
}

}  // namespace
}  // namespace oriel::kms_capture
