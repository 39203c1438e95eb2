// SPDX-License-Identifier: MIT
#include <algorithm>

#include <gtest/gtest.h>

#include "guest/windows/doctor_checks.h"

namespace oriel {
namespace {

// What these machines have of Windows is Wine, without an ivshmem device.

TEST(WindowsDoctor, LooksAtAllThatThereIsInWine) {
    const DoctorFacts facts = find_doctor_facts();

    EXPECT_EQ(facts.system.major, 10U);
    EXPECT_TRUE(facts.system.sees_pixels);
    EXPECT_TRUE(facts.pci_devices.empty());
    EXPECT_TRUE(facts.memories.empty());
    EXPECT_FALSE(facts.captures.duplication);
    EXPECT_EQ(facts.sessions.own, facts.sessions.with_screen);
    ASSERT_TRUE(facts.service);
    EXPECT_FALSE(facts.service->is_installed);
}

TEST(WindowsDoctor, FailsWithoutADevice) {
    testing::internal::CaptureStdout();

    const int code = report_checks(windows_checks(find_doctor_facts()), CheckOutput::Text);

    const std::string text = testing::internal::GetCapturedStdout();
    EXPECT_EQ(code, 1);
    EXPECT_TRUE(text.contains("fail  device      this machine has no ivshmem device")) << text;
    EXPECT_TRUE(text.contains("warn  service     not installed")) << text;
}

}  // namespace
}  // namespace oriel
