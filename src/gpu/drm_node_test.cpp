// SPDX-License-Identifier: MIT
#include "gpu/drm_node.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

namespace oriel::gpu {
namespace {

namespace fs = std::filesystem;

/// A kernel's folder of devices, with one GPU in it: 226:0, its node that draws beside it.
class FindDrmNode : public testing::Test {
  protected:
    FindDrmNode() {
        fs::create_directories(gpu_ / "drm" / "card0");
        fs::create_directory_symlink("../../bus/drivers/amdgpu", gpu_ / "driver");
    }

    ~FindDrmNode() override { fs::remove_all(folder_); }

    const fs::path folder_ = fs::path(testing::TempDir()) / "oriel-drm-node-test";
    const fs::path gpu_ = folder_ / "226:0" / "device";
};

TEST_F(FindDrmNode, FindsTheOneThatDraws) {
    fs::create_directories(gpu_ / "drm" / "renderD128");

    const auto node = find_drm_node(makedev(226, 0), folder_);

    ASSERT_TRUE(node) << node.error().message;
    EXPECT_EQ(node->path, "/dev/dri/renderD128");
    EXPECT_EQ(node->driver, "amdgpu");
}

TEST_F(FindDrmNode, SaysThatACardDrawsNothing) {
    const auto refused = find_drm_node(makedev(226, 0), folder_);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "the compositor's main device 226:0 is no GPU that draws");
}

TEST_F(FindDrmNode, SaysThatThereIsNoSuchDevice) {
    const auto refused = find_drm_node(makedev(1, 3), folder_);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unsupported);
}

TEST_F(FindDrmNode, KnowsAMachineWithoutAny) {
    EXPECT_TRUE(has_no_gpu(folder_ / "nowhere"));
    EXPECT_TRUE(has_no_gpu(folder_));
    EXPECT_FALSE(has_no_gpu(gpu_ / "drm"));
}

}  // namespace
}  // namespace oriel::gpu
