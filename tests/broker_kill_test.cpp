// SPDX-License-Identifier: MIT
// A broker that is killed, and what its peers and the next broker make of it.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/linux/event_fd.h"
#include "broker_process.h"
#include "region/broker_test_support.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

using namespace testing_support;

constexpr int kSoon = 10000;  ///< Milliseconds; what is waited for comes long before.

class BrokerKill : public testing::Test {
  protected:
    BrokerKill() : broker_(std::make_unique<BrokerProcess>(options_)) {}

    std::unique_ptr<Region> open(Role role) const {
        auto region = open_region(options_, role);
        EXPECT_TRUE(region) << region.error().message;
        return region ? std::move(*region) : nullptr;
    }

    void restart() {
        broker_ = nullptr;
        broker_ = std::make_unique<BrokerProcess>(options_);
        ASSERT_TRUE(broker_->is_ready());
    }

    static bool carries_rings(Region& publisher, Region& viewer) {
        viewer.drain_doorbell();
        publisher.ring_viewers(1U << viewer.viewer_index());
        const bool down = is_readable(viewer.doorbell_handle(), kSoon);
        publisher.drain_doorbell();
        viewer.ring_publisher();
        return down && is_readable(publisher.doorbell_handle(), kSoon);
    }

    static bool is_back(Region& peer) {
        return becomes(peer, Region::Link::Alone) && becomes(peer, Region::Link::Served);
    }

    /// Stays connected at vm.sock.
    std::function<int(const std::function<void()>&)> stand_in_vm() const {
        return [path = vm_socket(options_.folder)](const std::function<void()>& ready) {
            const auto socket = connect_unix(path, SocketKind::Stream);
            std::array<std::byte, 8> number{};
            static_cast<void>(receive_with_fds(*socket, number));
            ready();
            return ::pause();
        };
    }

    static ino_t inode(const Region& region) {
        struct stat info{};
        EXPECT_EQ(::fstat(region.fd().get(), &info), 0);
        return info.st_ino;
    }

    TestFolder folder_;
    BrokerOptions options_ = folder_.options();
    std::unique_ptr<BrokerProcess> broker_;
};

TEST_F(BrokerKill, LeavesItsPeersConnectedToEachOther) {
    const auto publisher = open(Role::Publish);
    const auto viewer = open(Role::Show);

    broker_->kill();

    EXPECT_TRUE(becomes(*publisher, Region::Link::Alone));
    EXPECT_TRUE(becomes(*viewer, Region::Link::Alone));
    EXPECT_TRUE(carries_rings(*publisher, *viewer));
    // Alone, a loop that polls the connection is not kept awake by its end.
    EXPECT_FALSE(is_readable(viewer->connection_handle(), 0));
}

TEST_F(BrokerKill, IsMadeGoodByAllWhoReturn) {
    const auto publisher = open(Role::Publish);
    const auto first = open(Role::Show);
    const auto second = open(Role::Show);
    const auto watcher = open(Role::Watch);
    const int doorbell = second->doorbell_handle();
    const int connection = second->connection_handle();
    publisher->memory().bytes()[1234] = std::byte{77};
    const std::uint64_t instance = broker_page(*watcher).instance;

    restart();

    EXPECT_TRUE(becomes(*second, Region::Link::Alone));
    EXPECT_TRUE(becomes(*second, Region::Link::Served));
    EXPECT_TRUE(becomes(*publisher, Region::Link::Alone));
    EXPECT_TRUE(becomes(*publisher, Region::Link::Served));
    EXPECT_TRUE(becomes(*first, Region::Link::Alone));
    EXPECT_TRUE(becomes(*first, Region::Link::Served));
    EXPECT_TRUE(becomes(*watcher, Region::Link::Alone));
    EXPECT_TRUE(becomes(*watcher, Region::Link::Served));
    EXPECT_EQ(second->doorbell_handle(), doorbell);
    EXPECT_EQ(second->connection_handle(), connection);
    EXPECT_EQ(second->viewer_index(), 1U);
    EXPECT_TRUE(carries_rings(*publisher, *first));
    EXPECT_TRUE(carries_rings(*publisher, *second));
    const auto newcomer = open(Role::Show);
    EXPECT_EQ(newcomer->viewer_index(), 2U);
    EXPECT_EQ(newcomer->memory().bytes()[1234], std::byte{77});
    EXPECT_EQ(inode(*newcomer), inode(*publisher));
    EXPECT_TRUE(carries_rings(*publisher, *newcomer));
    EXPECT_EQ(broker_page(*newcomer).instance, instance);
    EXPECT_EQ(broker_page(*newcomer).publisher_connected, 1U);
    EXPECT_EQ(broker_page(*newcomer).viewers, 7U);
}

TEST_F(BrokerKill, IsMadeGoodByAViewerAlone) {
    const auto viewer = open(Role::Show);
    const ino_t before = inode(*viewer);

    restart();

    EXPECT_TRUE(becomes(*viewer, Region::Link::Alone));
    EXPECT_TRUE(becomes(*viewer, Region::Link::Served));
    const auto publisher = open(Role::Publish);
    EXPECT_EQ(inode(*publisher), before);
    EXPECT_TRUE(carries_rings(*publisher, *viewer));
}

TEST_F(BrokerKill, IsMadeGoodByAPublisherAlone) {
    const auto publisher = open(Role::Publish);
    const ino_t before = inode(*publisher);

    restart();

    EXPECT_TRUE(becomes(*publisher, Region::Link::Alone));
    EXPECT_TRUE(becomes(*publisher, Region::Link::Served));
    const auto viewer = open(Role::Show);
    EXPECT_EQ(inode(*viewer), before);
    EXPECT_TRUE(carries_rings(*publisher, *viewer));
    EXPECT_FALSE(open_region(options_, Role::Publish));
}

TEST_F(BrokerKill, WithNobodyLeftStartsAnewAtOnce) {
    auto viewer = open(Role::Show);
    const std::uint64_t instance = broker_page(*viewer).instance;
    broker_->kill();
    viewer.reset();

    const auto start = std::chrono::steady_clock::now();
    restart();
    viewer = open(Role::Show);

    EXPECT_LT(std::chrono::steady_clock::now() - start, Broker::kReturnLimit);
    EXPECT_NE(broker_page(*viewer).instance, instance);
}

TEST_F(BrokerKill, WithSurvivorsThatDoNotReturnStartsAnewAfterAWhile) {
    const auto late = open(Role::Show);
    const auto late_publisher = open(Role::Publish);
    const std::uint64_t instance = broker_page(*late).instance;

    restart();
    const auto newcomer = open(Role::Show);

    ASSERT_TRUE(newcomer);
    EXPECT_NE(broker_page(*newcomer).instance, instance);
    // The place of one that may still be there is not lent.
    EXPECT_EQ(newcomer->viewer_index(), 1U);
    EXPECT_FALSE(open_region(options_, Role::Publish));
    EXPECT_TRUE(becomes(*late, Region::Link::Replaced));
    EXPECT_TRUE(becomes(*late_publisher, Region::Link::Replaced));
    EXPECT_TRUE(open(Role::Publish));
}

TEST_F(BrokerKill, WithOneThatReturnsLateTakesItBackAllTheSame) {
    const auto prompt = open(Role::Show);
    const auto late = open(Role::Show);

    restart();
    EXPECT_TRUE(becomes(*prompt, Region::Link::Alone));
    EXPECT_TRUE(becomes(*prompt, Region::Link::Served));
    const auto newcomer = open(Role::Show);  // is answered when the broker has waited enough

    EXPECT_EQ(newcomer->viewer_index(), 2U);
    EXPECT_EQ(inode(*newcomer), inode(*late));
    EXPECT_TRUE(becomes(*late, Region::Link::Alone));
    EXPECT_TRUE(becomes(*late, Region::Link::Served));
    EXPECT_EQ(broker_page(*newcomer).viewers, 7U);
}

TEST_F(BrokerKill, IsMadeGoodThoughAnotherSaysThatEverybodyIsBack) {
    const auto viewer = open(Role::Show);
    const ino_t before = inode(*viewer);

    restart();
    for (unsigned index = 0; index < abi::kMaxViewers; ++index) {
        const UniqueFd bell = create_event_fd().value();
        const int fds[] = {bell.get(), bell.get(), bell.get()};
        const Hello hello{Role::Show, Hello::Kind::Returning, index, 1};
        const RawAnswer raw = ask_raw(viewer_socket(options_.folder), encode_hello(hello), fds);
        ASSERT_TRUE(raw.answer);
        EXPECT_EQ(raw.answer->status, AnswerStatus::Replaced);
    }

    EXPECT_TRUE(becomes(*viewer, Region::Link::Alone));
    EXPECT_TRUE(becomes(*viewer, Region::Link::Served));
    EXPECT_EQ(inode(*open(Role::Publish)), before);
}

TEST_F(BrokerKill, ThatComesBackWithAnotherSizeReplacesTheMemory) {
    const auto viewer = open(Role::Show);
    options_.size *= 2;

    restart();

    EXPECT_TRUE(becomes(*viewer, Region::Link::Replaced));
    // Its owner opens the region anew before it lets go of the old one.
    EXPECT_EQ(open(Role::Watch)->memory().bytes().size(), options_.size);
}

TEST_F(BrokerKill, OnceMoreInTheMiddleOfReturning) {
    const auto publisher = open(Role::Publish);
    const auto viewer = open(Role::Show);
    restart();
    EXPECT_TRUE(becomes(*viewer, Region::Link::Alone));
    viewer->serve_connection();  // says hello

    restart();

    EXPECT_TRUE(becomes(*viewer, Region::Link::Served));
    EXPECT_TRUE(becomes(*publisher, Region::Link::Alone));
    EXPECT_TRUE(becomes(*publisher, Region::Link::Served));
    EXPECT_TRUE(carries_rings(*publisher, *viewer));
}

TEST_F(BrokerKill, LeavesTheVirtualMachineInSight) {
    const auto viewer = open(Role::Show);
    ChildProcess vm(stand_in_vm());
    ASSERT_TRUE(vm.is_ready());

    restart();
    EXPECT_TRUE(becomes(*viewer, Region::Link::Alone));
    EXPECT_TRUE(becomes(*viewer, Region::Link::Served));
    const auto newcomer = open(Role::Show);

    EXPECT_EQ(broker_page(*viewer).vm_connected, 1U);
    EXPECT_FALSE(open_region(options_, Role::Publish));
    // The virtual machine knows the doorbell that came back, and no new one.
    EXPECT_NE(viewer->doorbell_handle(), -1);
    EXPECT_EQ(newcomer->doorbell_handle(), -1);
    viewer->drain_doorbell();
    vm.kill();
    EXPECT_TRUE(is_readable(viewer->doorbell_handle(), kSoon));
    EXPECT_TRUE(open(Role::Publish));
    EXPECT_EQ(broker_page(*viewer).vm_connected, 0U);
}

TEST_F(BrokerKill, TellsAViewerAnewWhetherTheVirtualMachineCanRingIt) {
    const auto viewer = open(Role::Show);
    ChildProcess vm(stand_in_vm());
    ASSERT_TRUE(vm.is_ready());
    restart();
    ASSERT_TRUE(is_back(*viewer));
    const auto late = open(Role::Show);
    ASSERT_EQ(late->doorbell_handle(), -1);

    // The same virtual machine knows its doorbell no better.
    restart();
    EXPECT_TRUE(is_back(*late));
    EXPECT_TRUE(is_back(*viewer));
    EXPECT_EQ(late->doorbell_handle(), -1);
    EXPECT_NE(viewer->doorbell_handle(), -1);

    viewer->drain_doorbell();
    vm.kill();
    ASSERT_TRUE(is_readable(viewer->doorbell_handle(), kSoon));
    restart();
    EXPECT_TRUE(is_back(*late));
    EXPECT_TRUE(is_back(*viewer));
    EXPECT_NE(late->doorbell_handle(), -1);
    const auto publisher = open(Role::Publish);
    EXPECT_TRUE(carries_rings(*publisher, *late));
}

TEST_F(BrokerKill, OrEndedByASignalIsTheSameToItsPeers) {
    const auto viewer = open(Role::Show);
    const ino_t before = inode(*viewer);

    broker_->signal(SIGTERM);
    EXPECT_EQ(broker_->wait(), EXIT_SUCCESS);
    EXPECT_FALSE(std::filesystem::exists(viewer_socket(options_.folder)));
    EXPECT_TRUE(becomes(*viewer, Region::Link::Alone));
    restart();

    EXPECT_TRUE(becomes(*viewer, Region::Link::Served));
    EXPECT_EQ(inode(*open(Role::Publish)), before);
}

TEST_F(BrokerKill, AtRandomMomentsLosesNothing) {
    const auto seed = std::random_device()();
    std::mt19937 random(seed);
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const auto publisher = open(Role::Publish);
    const auto viewer = open(Role::Show);
    const ino_t before = inode(*viewer);
    const char* const asked = std::getenv("ORIEL_KILL_ROUNDS");  // NOLINT(concurrency-mt-unsafe)
    const int rounds = asked != nullptr ? std::atoi(asked) : 20;

    for (int round = 0; round < rounds; ++round) {
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 20000));
        restart();
        viewer->serve_connection();
        publisher->serve_connection();
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 5000));
        if (random() % 2 == 0) {
            viewer->serve_connection();
        }
        if (random() % 2 == 0) {
            publisher->serve_connection();
        }
    }

    restart();
    EXPECT_TRUE(becomes(*publisher, Region::Link::Alone));
    EXPECT_TRUE(becomes(*viewer, Region::Link::Alone));
    EXPECT_TRUE(becomes(*publisher, Region::Link::Served));
    EXPECT_TRUE(becomes(*viewer, Region::Link::Served));
    EXPECT_EQ(inode(*open(Role::Show)), before);
    EXPECT_TRUE(carries_rings(*publisher, *viewer));
}

}  // namespace
}  // namespace oriel
