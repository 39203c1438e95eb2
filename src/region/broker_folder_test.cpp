// SPDX-License-Identifier: MIT
#include "region/broker_folder.h"

#include <filesystem>
#include <string>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "region/broker_test_support.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

using namespace testing_support;

unsigned mode_of(const std::string& path) {
    struct stat info{};
    EXPECT_EQ(::stat(path.c_str(), &info), 0);
    return info.st_mode & 0777U;
}

class BrokersFolder : public testing::Test {
  protected:
    std::string socket() const { return viewer_socket(options_.folder); }

    TestFolder folder_;
    BrokerOptions options_ = folder_.options();
};

TEST_F(BrokersFolder, LeavesNothingBehind) {
    {
        BrokerThread broker(options_);
        EXPECT_TRUE(std::filesystem::exists(socket()));
        EXPECT_TRUE(open_region(options_, Role::Show));
    }

    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(BrokersFolder, ProtectsItsFolderAndSockets) {
    BrokerThread broker(options_);

    EXPECT_EQ(mode_of(options_.folder), 0700U);
    EXPECT_EQ(mode_of(socket()), 0600U);
    EXPECT_EQ(mode_of(vm_socket(options_.folder)), 0600U);
}

TEST_F(BrokersFolder, LetsNobodyElseTakeItsLocks) {
    std::filesystem::create_directories(options_.folder);
    const std::string lock = options_.folder + "/broker.lock";
    ASSERT_TRUE(UniqueFd(::open(lock.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644)));
    const BrokerThread broker(options_);

    EXPECT_EQ(mode_of(lock), 0600U);
    EXPECT_EQ(mode_of(options_.folder + "/peers.lock"), 0600U);
}

TEST_F(BrokersFolder, RefusesToServeARegionThatIsServed) {
    BrokerThread broker(options_);
    PollLoop loop;

    const auto second = Broker::start(loop, options_, {});

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::Busy);
    EXPECT_EQ(second.error().message,
              "region 'test' is served already, by process " + std::to_string(::getpid()));
    EXPECT_TRUE(open_region(options_, Role::Watch));
}

TEST_F(BrokersFolder, ReplacesWhatAKilledBrokerLeft) {
    std::filesystem::create_directories(options_.folder);
    { const auto stale = listen_unix(socket(), SocketKind::Packets, 0600); }
    { const auto stale = listen_unix(vm_socket(options_.folder), SocketKind::Stream, 0600); }
    ASSERT_TRUE(std::filesystem::exists(socket()));

    BrokerThread broker(options_);

    EXPECT_TRUE(open_region(options_, Role::Watch));
}

TEST_F(BrokersFolder, RefusesAFolderThatIsALink) {
    std::filesystem::create_directories(folder_.path() + "/elsewhere");
    std::filesystem::create_symlink(folder_.path() + "/elsewhere", folder_.path() + "/oriel");
    PollLoop loop;

    const auto broker = Broker::start(loop, options_, {});

    ASSERT_FALSE(broker);
    EXPECT_EQ(broker.error().kind, ErrorKind::System);
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path() + "/elsewhere"));
}

TEST_F(BrokersFolder, LeavesFoldersThatWereThereAsTheyAre) {
    std::filesystem::create_directories(options_.folder);
    const std::string parent = folder_.path() + "/oriel";
    ASSERT_EQ(::chmod(parent.c_str(), 0711), 0);
    ASSERT_EQ(::chmod(options_.folder.c_str(), 0750), 0);
    const BrokerThread broker(options_);

    EXPECT_EQ(mode_of(parent), 0711U);
    EXPECT_EQ(mode_of(options_.folder), 0750U);
}

TEST_F(BrokersFolder, RefusesAFolderThatOthersMayWriteIn) {
    std::filesystem::create_directories(options_.folder);
    ASSERT_EQ(::chmod(options_.folder.c_str(), 0777), 0);
    PollLoop loop;

    const auto broker = Broker::start(loop, options_, {});

    ASSERT_FALSE(broker);
    EXPECT_EQ(broker.error().message,
              "others may write in the folder " + options_.folder + ": protect it");
}

TEST_F(BrokersFolder, TakesTheFolderOfSocketsThatWereHandedOverAsItIs) {
    std::filesystem::create_directories(options_.folder);
    const std::string parent = folder_.path() + "/oriel";
    ASSERT_EQ(::chmod(parent.c_str(), 0777), 0);
    ASSERT_EQ(::chmod(options_.folder.c_str(), 0775), 0);
    PollLoop loop;
    BrokerService service;
    service.viewer_listener = listen_unix(socket(), SocketKind::Packets, 0600).value();

    const auto broker = Broker::start(loop, options_, {}, std::move(service));

    ASSERT_TRUE(broker) << broker.error().message;
    EXPECT_EQ(mode_of(parent), 0777U);
    EXPECT_EQ(mode_of(options_.folder), 0775U);
}

TEST_F(BrokersFolder, RefusesAFolderOfAnotherUser) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can give a folder away";
    }
    const std::string parent = folder_.path() + "/oriel";
    std::filesystem::create_directories(parent);
    ASSERT_EQ(::chown(parent.c_str(), 12345, 12345), 0);
    PollLoop loop;

    const auto broker = Broker::start(loop, options_, {});

    ASSERT_FALSE(broker);
    EXPECT_NE(broker.error().message.find("belongs to user 12345"), std::string::npos);
}

}  // namespace
}  // namespace oriel
