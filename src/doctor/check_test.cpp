// SPDX-License-Identifier: MIT
#include "doctor/check.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(Check, IsALineWithItsCure) {
    EXPECT_EQ(check_text(Check::ok("kvm", "/dev/kvm opens")), "ok    kvm         /dev/kvm opens");
    EXPECT_EQ(check_text(Check::fail("device", "none", "add one")),
              "fail  device      none: add one");
}

TEST(Check, IsAJsonObjectWhateverBytesAreInIt) {
    EXPECT_EQ(check_json(Check::warn("kvm", "\xff", "a \"b\"")),
              "{\"check\":\"kvm\",\"cure\":\"a \\\"b\\\"\",\"found\":\"\xef\xbf\xbd\","
              "\"state\":\"warn\"}");
}

TEST(Check, FailsTheProgramOnlyWhereOneFailed) {
    const std::array fine{Check::ok("a", "b"), Check::warn("c", "d", "e")};
    const std::array bad{Check::fail("f", "g", "h"), Check::ok("a", "b")};
    testing::internal::CaptureStdout();

    EXPECT_EQ(report_checks(fine, CheckOutput::Text), 0);
    EXPECT_EQ(report_checks(bad, CheckOutput::Json), 1);

    EXPECT_EQ(std::ranges::count(testing::internal::GetCapturedStdout(), '\n'), 4);
}

}  // namespace
}  // namespace oriel
