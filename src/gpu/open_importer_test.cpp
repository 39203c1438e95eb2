// SPDX-License-Identifier: MIT
#include "gpu/open_importer.h"

#include <string>

#include <gtest/gtest.h>

namespace oriel::gpu {
namespace {

constexpr bool kIsModuleBuilt = ORIEL_HAS_EGL_MODULE;

TEST(OpenImporter, SaysThatThereIsNoGpu) {
    const auto refused = open_importer({}, Renderer::Gpu);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unsupported);
    EXPECT_EQ(refused.error().message, "no GPU is there: /dev/dri has no renderD*");
}

/// Real: the module is loaded.
TEST(OpenImporter, SaysThatADeviceIsGone) {
    if (!kIsModuleBuilt) {
        GTEST_SKIP() << "the module egl is not built: nothing was tested";
    }
    const auto refused = open_importer({"/dev/dri/gone"}, Renderer::Gpu);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unsupported);
    EXPECT_EQ(refused.error().message, "cannot open /dev/dri/gone: No such file or directory");
}

/// Real: the module is loaded, and EGL asked.
TEST(OpenImporter, SaysOfADeviceThatItIsNone) {
    if (!kIsModuleBuilt) {
        GTEST_SKIP() << "the module egl is not built: nothing was tested";
    }
    const auto refused = open_importer({"/dev/null", "/dev/zero"}, Renderer::Software);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unsupported);
    EXPECT_TRUE(refused.error().message.starts_with("cannot use /dev/null: "))
        << refused.error().message;
}

}  // namespace
}  // namespace oriel::gpu
