// SPDX-License-Identifier: MIT
#include "doctor/check.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "doctor/system_files.h"
#include "doctor/testing/fake_system.h"

namespace oriel {
namespace {

using testing_support::FakeSystem;

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

TEST(SystemFiles, ReadsBelowTheRootItWasGiven) {
    const FakeSystem system;
    system.write("/sys/b/size", "12 \n");
    system.write("/sys/a/size", "");
    const SystemFiles files = system.files();

    EXPECT_EQ(files.read("/sys/b/size"), "12");
    EXPECT_EQ(files.read("/sys/a/size"), "");
    EXPECT_EQ(files.read("/sys/c/size"), std::nullopt);
    EXPECT_EQ(files.names("/sys"), (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(files.names("/proc").empty());
    EXPECT_TRUE(files.exists("/sys/a"));
    EXPECT_FALSE(files.exists("/sys/d"));
}

TEST(SystemFiles, ReadsNoMoreThanItSays) {
    const FakeSystem system;
    system.write("/proc/long", std::string(1'000'000, 'x'));

    EXPECT_LE(system.files().read("/proc/long").value_or("").size(), 65536U + 4096U);
}

}  // namespace
}  // namespace oriel
