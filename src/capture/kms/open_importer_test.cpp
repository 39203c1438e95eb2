// SPDX-License-Identifier: MIT
#include "capture/kms/open_importer.h"

#include <string>

#include <gtest/gtest.h>

namespace oriel::kms_capture {
namespace {

TEST(OpenImporter, SaysThatThereIsNoGpu) {
    const auto refused = open_importer({}, Renderer::Gpu);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unsupported);
    EXPECT_EQ(refused.error().message, "no GPU is there: /dev/dri has no renderD*");
}

/// Real: the module is loaded, and EGL asked.
TEST(OpenImporter, SaysOfADeviceThatItIsNone) {
    const auto refused = open_importer({"/dev/null", "/dev/zero"}, Renderer::Software);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unsupported);
    if (refused.error().message.find("it is not installed") != std::string::npos) {
        GTEST_SKIP() << refused.error().message << ": nothing was tested";
    }
    EXPECT_TRUE(refused.error().message.starts_with("cannot use /dev/null: "))
        << refused.error().message;
}

}  // namespace
}  // namespace oriel::kms_capture
