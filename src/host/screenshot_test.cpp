// SPDX-License-Identifier: MIT
#include <atomic>
#include <ctime>
#include <thread>

#include <gtest/gtest.h>

#include "host/screenshot_file.h"
#include "host/screenshot_picture.h"
#include "host/testing/host_region.h"

namespace oriel {
namespace {

using testing_support::BrokerThread;
using testing_support::HostPublisher;
using testing_support::TestFolder;

constexpr Nanoseconds kPatience = std::chrono::seconds(20);

class Screenshot : public testing::Test {
  protected:
    TestFolder folder_;
    BrokerThread broker_{testing_support::roomy_options(folder_)};
    Target target_{Target::Kind::File, folder_.folder_of("test")};
    PollLoop loop_;
};

TEST_F(Screenshot, TakesNoPictureThatASilentPublisherLeft) {
    HostPublisher publisher(target_);
    const testing_support::HostViewer viewer(target_);
    publisher.publish(1);

    const auto picture = wait_for_picture(loop_, target_, std::chrono::milliseconds(500));

    ASSERT_FALSE(picture);
    EXPECT_EQ(picture.error().kind, ErrorKind::NotFound);
}

TEST_F(Screenshot, WakesARestingPublisher) {
    std::atomic<bool> is_over = false;
    std::jthread guest([&] {
        HostPublisher publisher(target_);
        while (!is_over) {
            if (publisher.has_eyes()) {
                publisher.publish(9);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });

    const auto picture = wait_for_picture(loop_, target_, kPatience);
    is_over = true;

    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(picture->pixels, HostPublisher::pixels_of(9));
}

TEST_F(Screenshot, LeavesNothingOfItselfBehind) {
    HostPublisher publisher(target_);
    {
        std::jthread guest([&] {
            while (!publisher.has_eyes()) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            publisher.publish(1);
        });
        ASSERT_TRUE(wait_for_picture(loop_, target_, kPatience));
    }

    EXPECT_FALSE(publisher.has_eyes());
}

TEST_F(Screenshot, SaysWhatItWaitedForInVain) {
    const auto picture = wait_for_picture(loop_, target_, std::chrono::milliseconds(20));

    ASSERT_FALSE(picture);
    EXPECT_NE(picture.error().message.find("waiting for the guest's agent"), std::string::npos);
    EXPECT_EQ(picture.error().message.find('\n'), std::string::npos);
}

TEST_F(Screenshot, EndsWhenTheLoopIsStopped) {
    loop_.stop();

    const auto picture = wait_for_picture(loop_, target_, kPatience);

    ASSERT_FALSE(picture);
    EXPECT_EQ(picture.error().kind, ErrorKind::Busy);
}

TEST(ScreenshotName, HoldsTheRegionsNameAndTheTime) {
    std::tm when{};
    when.tm_year = 126;
    when.tm_mon = 10;
    when.tm_mday = 2;
    when.tm_hour = 7;

    EXPECT_EQ(screenshot_name("desk", when), "oriel-desk-20261102-070000.png");
}

TEST(ScreenshotName, TakesOnlyTheLastPartOfAPath) {
    EXPECT_TRUE(screenshot_name("/dev/shm/my region", {}).starts_with("oriel-my-region-"));
}

}  // namespace
}  // namespace oriel
