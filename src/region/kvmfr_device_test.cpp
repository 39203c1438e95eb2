// SPDX-License-Identifier: MIT
// The kernel module is not on machines that run tests: a fake answers its two calls, over a plain
// file. What the kernel itself says of something that is no such device is real.
#include "region/kvmfr_device.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "region/file_region.h"

namespace oriel {
namespace {

constexpr std::uint64_t kMiB = 1ULL << 20U;
constexpr unsigned long kAskSize = 0x7544;
constexpr unsigned long kAskBuffer = 0x40187542;

/// What the fake was asked to export last: flags, offset, size, as the module lays them out.
struct Asked {
    std::uint64_t flags = 0;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

Asked g_asked;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): a C callback

int fake_kvmfr_driver(int fd, unsigned long request, void* argument) {
    switch (request) {
    case kAskSize:
        return static_cast<int>(kMiB);
    case kAskBuffer:
        std::memcpy(&g_asked, argument, sizeof g_asked);
        return ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    default:
        errno = ENOTTY;
        return -1;
    }
}

class FakeKvmfrDevice : public testing::Test {
  protected:
    FakeKvmfrDevice() {
        std::string pattern = testing::TempDir() + "oriel-kvmfr-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        path_ = folder_ + "/fake-kvmfr0";
        std::ofstream(path_).put('\0');
        std::filesystem::resize_file(path_, 2 * kMiB);
    }

    void TearDown() override { std::filesystem::remove_all(folder_); }

    Result<std::unique_ptr<Region>> open(Role role) const {
        return FileRegion::open_kvmfr(path_, role, KvmfrDriver(fake_kvmfr_driver));
    }

    std::string folder_;
    std::string path_;
};

TEST_F(FakeKvmfrDevice, HasTheSizeThatItsDriverTells) {
    const auto viewer = open(Role::Show);

    ASSERT_TRUE(viewer) << viewer.error().message;
    EXPECT_EQ((*viewer)->memory().bytes().size(), kMiB);
    EXPECT_EQ((*viewer)->doorbell_handle(), -1);
}

TEST_F(FakeKvmfrDevice, ExportsPartsOfItAsDmaBufs) {
    const auto viewer = open(Role::Show);
    ASSERT_TRUE(viewer);

    const auto buffer = (*viewer)->export_dma_buf(65536, 8192);

    ASSERT_TRUE(buffer) << buffer.error().message;
    EXPECT_TRUE(*buffer);
    EXPECT_EQ(g_asked.flags & 0xFFU, 1U);
    EXPECT_EQ(g_asked.offset, 65536U);
    EXPECT_EQ(g_asked.size, 8192U);
}

TEST_F(FakeKvmfrDevice, ExportsWholePagesOnly) {
    const auto viewer = open(Role::Show);
    ASSERT_TRUE(viewer);

    EXPECT_FALSE((*viewer)->export_dma_buf(100, 4096));
    EXPECT_FALSE((*viewer)->export_dma_buf(4096, 100));
}

TEST_F(FakeKvmfrDevice, IsNotPublishedInto) {
    const auto publisher = open(Role::Publish);

    ASSERT_FALSE(publisher);
    EXPECT_EQ(publisher.error().kind, ErrorKind::Unsupported);
}

TEST(KvmfrDevice, IsRefusedByNameWhereItIsNone) {
    const auto region = Region::open({Target::Kind::Kvmfr, "/dev/null", 0}, Role::Show);

    ASSERT_FALSE(region);
    EXPECT_NE(region.error().message.find("/dev/null is no kvmfr device"), std::string::npos)
        << region.error().message;
}

TEST(KvmfrDevice, ThatIsNotThereIsSaidSo) {
    const auto region = Region::open({Target::Kind::Kvmfr, "/dev/kvmfr77", 0}, Role::Show);

    ASSERT_FALSE(region);
    EXPECT_NE(region.error().message.find("cannot open /dev/kvmfr77: No such file"),
              std::string::npos)
        << region.error().message;
}

}  // namespace
}  // namespace oriel
