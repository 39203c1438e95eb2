// SPDX-License-Identifier: MIT
#include "region/file_region.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/viewer.h"
#include "relay/test_region.h"

namespace oriel {
namespace {

constexpr std::uint64_t kMiB = 1ULL << 20U;

class FileRegionTest : public testing::Test {
  protected:
    FileRegionTest() {
        std::string pattern = testing::TempDir() + "oriel-file-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        path_ = folder_ + "/region";
    }

    void TearDown() override { std::filesystem::remove_all(folder_); }

    Result<std::unique_ptr<Region>> open(Role role, std::uint64_t mib = 0) const {
        return Region::open({Target::Kind::File, path_, mib * kMiB}, role);
    }

    std::string folder_;
    std::string path_;
};

TEST_F(FileRegionTest, IsMadeByThePublisherForItsUserOnly) {
    const auto publisher = open(Role::Publish, 2);

    ASSERT_TRUE(publisher) << publisher.error().message;
    EXPECT_EQ((*publisher)->memory().bytes().size(), 2 * kMiB);
    EXPECT_EQ((*publisher)->doorbell_handle(), -1);
    EXPECT_EQ((*publisher)->connection_handle(), -1);
    EXPECT_EQ((*publisher)->link(), Region::Link::Served);
    struct stat info{};
    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(FileRegionTest, IsOneMemoryForAllRoles) {
    const auto publisher = open(Role::Publish, 1);
    const auto viewer = open(Role::Show);
    const auto watcher = open(Role::Watch);
    ASSERT_TRUE(publisher && viewer && watcher);

    (*publisher)->memory().bytes()[100] = std::byte{42};

    EXPECT_EQ((*viewer)->memory().bytes()[100], std::byte{42});
    EXPECT_EQ((*watcher)->memory().bytes()[100], std::byte{42});
    EXPECT_FALSE((*watcher)->fd());
}

TEST_F(FileRegionTest, HasOnePublisherAtATime) {
    auto first = open(Role::Publish, 1);
    ASSERT_TRUE(first);

    const auto second = open(Role::Publish, 1);

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::Busy);
    first->reset();
    EXPECT_TRUE(open(Role::Publish));
}

TEST_F(FileRegionTest, LendsEachViewerAnIndexAndTakesItBack) {
    const auto publisher = open(Role::Publish, 1);
    std::vector<std::unique_ptr<Region>> viewers;
    for (unsigned i = 0; i < abi::kMaxViewers; ++i) {
        auto viewer = open(Role::Show);
        ASSERT_TRUE(viewer);
        EXPECT_EQ((*viewer)->viewer_index(), i);
        viewers.push_back(std::move(*viewer));
    }

    const auto one_more = open(Role::Show);

    ASSERT_FALSE(one_more);
    EXPECT_EQ(one_more.error().kind, ErrorKind::Busy);
    EXPECT_NE(one_more.error().message.find("16 viewers"), std::string::npos);
    viewers[5].reset();
    const auto again = open(Role::Show);
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->viewer_index(), 5U);
}

TEST_F(FileRegionTest, ClearsWhatAFormerViewerLeftInItsPage) {
    const auto publisher = open(Role::Publish, 1);
    ASSERT_TRUE(publisher);
    const auto page =
        (*publisher)->memory().bytes().subspan(kMiB - abi::kViewersFromEnd, abi::kPage);
    std::memset(page.data(), 0xee, page.size());

    const auto viewer = open(Role::Show);

    ASSERT_TRUE(viewer);
    EXPECT_TRUE(std::ranges::all_of(page, [](std::byte b) { return b == std::byte{0}; }));
    EXPECT_EQ((*publisher)->memory().bytes()[kMiB - abi::kBrokerFromEnd], std::byte{0});
}

TEST_F(FileRegionTest, IsNotThereUntilItsPublisherMakesIt) {
    const auto viewer = open(Role::Show);
    const auto publisher_without_size = open(Role::Publish);

    ASSERT_FALSE(viewer);
    EXPECT_EQ(viewer.error().kind, ErrorKind::NotFound);
    ASSERT_FALSE(publisher_without_size);
    EXPECT_NE(publisher_without_size.error().message.find(",size="), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(FileRegionTest, OfAnotherSizeThanAskedIsRefused) {
    ASSERT_TRUE(open(Role::Publish, 2));

    const auto other = open(Role::Publish, 4);

    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().kind, ErrorKind::Usage);
    EXPECT_NE(other.error().message.find("has 2 MiB, not 4"), std::string::npos);
}

TEST_F(FileRegionTest, OfAnOddSizeIsRefusedNamingTheNext) {
    std::ofstream(path_).put('x');
    std::filesystem::resize_file(path_, 3 * kMiB);

    const auto viewer = open(Role::Show);

    ASSERT_FALSE(viewer);
    EXPECT_NE(viewer.error().message.find("4 MiB is the next"), std::string::npos);
}

TEST_F(FileRegionTest, ThatIsTooSmallIsRefused) {
    std::ofstream(path_).put('x');
    std::filesystem::resize_file(path_, 4096);

    const auto watcher = open(Role::Watch);

    ASSERT_FALSE(watcher);
    EXPECT_NE(watcher.error().message.find("too small"), std::string::npos);
}

TEST_F(FileRegionTest, ThatIsEmptyIsNotThereYet) {
    std::ofstream file(path_);

    const auto viewer = open(Role::Show);

    ASSERT_FALSE(viewer);
    EXPECT_EQ(viewer.error().kind, ErrorKind::NotFound);
}

/// A file of 1 MiB in which Oriel published once and a Looking Glass host application left its
/// mark, or is at work.
class FileOfTwoTest : public FileRegionTest {
  protected:
    FileOfTwoTest() {
        const UniqueFd file(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        EXPECT_EQ(::ftruncate(file.get(), kMiB), 0);
        memory_ = std::move(*MappedMemory::map(file, Access::ReadWrite, path_));
        const auto root = Publisher::start(memory_.bytes(),
                                           TestRegion::description({OutputNeeds{4096, 2}}),
                                           TestRegion::kEpoch,
                                           TestRegion::kNonce,
                                           Nanoseconds(0));
        EXPECT_TRUE(root);
    }

    void mark(std::uint64_t at, std::uint32_t version) {
        word<std::uint32_t>(at) = 0x504D474C;
        word<std::uint32_t>(at + 4) = version;
    }

    /// Beats until the test ends.
    void beat(std::uint64_t at, Nanoseconds period) {
        host_ = std::jthread([this, at, period](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                std::atomic_ref(word<std::uint64_t>(at)).fetch_add(1);
                std::this_thread::sleep_for(period);
            }
        });
    }

    template <class T>
    T& word(std::uint64_t at) {
        return *reinterpret_cast<T*>(memory_.bytes().data() + at);
    }

    MappedMemory memory_;
    std::jthread host_;
};

TEST_F(FileOfTwoTest, IsOursWhereNobodyBeats) {
    mark(9664, 12);

    EXPECT_EQ((*open(Role::Show))->protocol(), RegionProtocol::Oriel);
}

TEST_F(FileOfTwoTest, IsLookingGlassesWhereItsHostBeats) {
    mark(0, 6);
    beat(16, std::chrono::milliseconds(10));

    EXPECT_EQ((*open(Role::Watch))->protocol(), RegionProtocol::LookingGlass);
}

TEST_F(FileOfTwoTest, IsLookingGlassesAlsoWhereAnotherVersionBeats) {
    mark(9664, 12);
    beat(0, std::chrono::milliseconds(250));

    EXPECT_EQ((*open(Role::Watch))->protocol(), RegionProtocol::LookingGlass);
}

TEST_F(FileOfTwoTest, GoesOverToAnotherVersionThatStarts) {
    const auto viewer = open(Role::Show);
    ASSERT_TRUE(viewer);
    (*viewer)->serve_connection();
    mark(9664, 12);
    word<std::uint64_t>(0) = 1;
    (*viewer)->serve_connection();
    EXPECT_EQ((*viewer)->link(), Region::Link::Served);
    word<std::uint64_t>(0) = 2;

    (*viewer)->serve_connection();

    EXPECT_EQ((*viewer)->link(), Region::Link::Replaced);
}

TEST_F(FileOfTwoTest, IsPublishedInWhereNobodyBeats) {
    mark(0, 6);

    EXPECT_TRUE(open(Role::Publish));
}

TEST_F(FileOfTwoTest, IsNotPublishedInWhereAHostBeats) {
    mark(0, 6);
    beat(16, std::chrono::milliseconds(10));

    const auto publisher = open(Role::Publish);

    ASSERT_FALSE(publisher);
    EXPECT_EQ(publisher.error().kind, ErrorKind::Busy);
    EXPECT_EQ(
        publisher.error().message,
        "cannot publish in " + path_ +
            ": a Looking Glass host application publishes there; end it in its guest, or name "
            "another file");
}

TEST_F(FileOfTwoTest, IsNotPublishedInWhereAnotherVersionBeats) {
    mark(9664, 12);
    beat(0, std::chrono::milliseconds(250));

    EXPECT_FALSE(open(Role::Publish));
}

TEST_F(FileRegionTest, TooLargeForTheDiskIsAnErrorAndLeavesNothing) {
    const std::string path = "/dev/shm/oriel-test-too-large";
    if (std::filesystem::space("/dev/shm").capacity >= abi::kMaxRegionSize) {
        GTEST_SKIP() << "the largest region fits /dev/shm here";
    }

    const auto publisher =
        Region::open({Target::Kind::File, path, abi::kMaxRegionSize}, Role::Publish);

    ASSERT_FALSE(publisher);
    EXPECT_NE(publisher.error().message.find("cannot reserve 65536 MiB"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(FileRegionTest, ThatIsADeviceIsRefused) {
    const auto region = Region::open({Target::Kind::File, "/dev/null", 0}, Role::Show);

    ASSERT_FALSE(region);
    EXPECT_NE(region.error().message.find("no plain file"), std::string::npos);
}

}  // namespace
}  // namespace oriel
