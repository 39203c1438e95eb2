// SPDX-License-Identifier: MIT
#include "doctor/linux/system_files.h"

#include <gtest/gtest.h>

#include "doctor/linux/testing/fake_system.h"

namespace oriel {
namespace {

using testing_support::FakeSystem;

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
