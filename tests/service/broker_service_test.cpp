// SPDX-License-Identifier: MIT
// `oriel broker` under a service manager: sockets handed over, memory and doorbells kept. The
// manager is a stand-in (supervisor.h) that speaks systemd's protocols; where systemd's own
// socket activator is installed, that one is used, too.
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/linux/event_fd.h"
#include "broker_process.h"
#include "qemu_process.h"
#include "region/broker_test_support.h"
#include "region/region_paths.h"
#include "supervisor.h"

namespace oriel {
namespace {

using namespace testing_support;

constexpr int kSoon = 20000;  ///< Milliseconds; what is waited for comes long before.
constexpr std::size_t kKept = 1 + PeerLocks::kPlaces;

std::string oriel() {
    const char* const folder = std::getenv("ORIEL_BIN_DIR");  // NOLINT(concurrency-mt-unsafe)
    return (folder != nullptr ? folder : "build/dev/bin") + std::string("/oriel");
}

class BrokerServiceTest : public testing::Test {
  protected:
    bool start(const std::string& environment = "ORIEL_SIZE=1") {
        return service_.start({"/usr/bin/env", environment, oriel(), "broker", "test"});
    }

    std::unique_ptr<Region> open(Role role) const {
        auto region = open_region(options_, role);
        EXPECT_TRUE(region) << region.error().message;
        return region ? std::move(*region) : nullptr;
    }

    std::string kept_memory() {
        const auto names = service_.kept();
        return names.empty() ? "" : names.back();
    }

    TestFolder folder_;
    BrokerOptions options_ = folder_.options();
    Supervisor service_{options_.folder};
};

TEST_F(BrokerServiceTest, ServesAtTheSocketsItWasHanded) {
    ASSERT_TRUE(start());

    const auto viewer = open(Role::Show);

    EXPECT_TRUE(service_.says("serving 1 MiB, nobody publishes, 1 viewer"));
    EXPECT_EQ(service_.stop(), 0);
    EXPECT_TRUE(std::filesystem::exists(vm_socket(options_.folder)));
    EXPECT_TRUE(std::filesystem::exists(viewer_socket(options_.folder)));
}

TEST_F(BrokerServiceTest, AnswersThoseWhoConnectedBeforeItWasThere) {
    const auto early = connect_unix(viewer_socket(options_.folder), SocketKind::Packets);
    ASSERT_TRUE(early);
    ASSERT_TRUE(send_with_fds(*early, encode_hello({.role = Role::Watch}), {}));

    ASSERT_TRUE(start());

    ASSERT_TRUE(is_readable(early->get(), kSoon));
    std::array<std::byte, kMaxPeerPacket> buffer{};
    const auto received = receive_with_fds(*early, buffer);
    ASSERT_TRUE(received);
    EXPECT_EQ(received->fds.size(), answer_fds::kWatchCount);
}

TEST_F(BrokerServiceTest, HasItsMemoryAndDoorbellsAgainWithNobodyLeft) {
    ASSERT_TRUE(start());
    auto viewer = open(Role::Show);
    viewer->memory().bytes()[4321] = std::byte{43};
    const std::uint64_t instance = broker_page(*viewer).instance;
    const UniqueFd doorbell(::fcntl(viewer->doorbell_handle(), F_DUPFD_CLOEXEC, 0));
    viewer.reset();
    ASSERT_TRUE(service_.says("serving 1 MiB, nobody publishes, 0 viewers"));
    EXPECT_EQ(service_.kept().size(), kKept);

    service_.kill();
    ASSERT_TRUE(start());
    viewer = open(Role::Show);

    EXPECT_EQ(viewer->memory().bytes()[4321], std::byte{43});
    EXPECT_EQ(broker_page(*viewer).instance, instance);
    EXPECT_EQ(service_.kept().size(), kKept);
    viewer->drain_doorbell();
    ring_event_fd(doorbell);
    EXPECT_TRUE(is_readable(viewer->doorbell_handle(), kSoon));
}

TEST_F(BrokerServiceTest, KilledOftenLosesNothing) {
    ASSERT_TRUE(start());
    open(Role::Show)->memory().bytes()[77] = std::byte{7};
    const std::string memory = kept_memory();

    for (int round = 0; round < 20; ++round) {
        service_.kill();
        ASSERT_TRUE(start());
    }

    EXPECT_EQ(open(Role::Watch)->memory().bytes()[77], std::byte{7});
    EXPECT_EQ(kept_memory(), memory);
}

TEST_F(BrokerServiceTest, IsReadyAtOnceThoughSurvivorsReturnLate) {
    ASSERT_TRUE(start());
    const auto viewer = open(Role::Show);

    service_.kill();
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_TRUE(start());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, Broker::kReturnLimit);
    const auto newcomer = open(Role::Show);

    EXPECT_EQ(newcomer->viewer_index(), 1U);
    EXPECT_TRUE(becomes(*viewer, Region::Link::Alone));
    EXPECT_TRUE(becomes(*viewer, Region::Link::Served));
    EXPECT_EQ(viewer->viewer_index(), 0U);
}

TEST_F(BrokerServiceTest, OfAnotherSizeStartsAnew) {
    ASSERT_TRUE(start());
    const std::string before = kept_memory();
    service_.kill();

    ASSERT_TRUE(start("ORIEL_SIZE=2"));

    EXPECT_EQ(open(Role::Watch)->memory().bytes().size(), 2U << 20U);
    EXPECT_EQ(service_.kept().size(), kKept);
    EXPECT_NE(kept_memory(), before);
}

TEST_F(BrokerServiceTest, BelievesNoMemoryThatIsNotItsOwn) {
    ASSERT_TRUE(start());
    const std::string before = kept_memory();
    service_.kill();
    UniqueFd unsealed(::memfd_create("oriel-test", MFD_CLOEXEC));
    ASSERT_EQ(::ftruncate(unsealed.get(), 1 << 20), 0);
    service_.swap_in(before, std::move(unsealed));

    ASSERT_TRUE(start());

    EXPECT_NE(kept_memory(), before);
    EXPECT_EQ(service_.kept().size(), kKept);
    EXPECT_TRUE(open(Role::Show));
}

TEST_F(BrokerServiceTest, MakesGoodWhatWasNotKept) {
    ASSERT_TRUE(start());
    const std::string memory = kept_memory();
    service_.kill();
    service_.lose("doorbell-0");
    service_.swap_in("doorbell-1", UniqueFd(::memfd_create("no doorbell", MFD_CLOEXEC)));
    service_.swap_in("doorbell-16", create_event_fd().value());

    ASSERT_TRUE(start());

    EXPECT_EQ(kept_memory(), memory);
    const auto publisher = open(Role::Publish);
    const std::array viewers{open(Role::Show), open(Role::Show)};
    for (const auto& viewer : viewers) {
        publisher->ring_viewers(1U << viewer->viewer_index());
        EXPECT_TRUE(is_readable(viewer->doorbell_handle(), kSoon));
    }
}

TEST_F(BrokerServiceTest, KeepsTheDoorbellsThatQemuKnows) {
    if (::access(kQemu, X_OK) != 0) {
        GTEST_SKIP() << kQemu << " is not there: nothing was tested";
    }
    ASSERT_TRUE(start());
    ChildProcess qemu([this](const std::function<void()>& ready) {
        ready();
        return run_qemu(vm_socket(options_.folder), folder_.path());
    });
    ASSERT_TRUE(service_.says("serving 1 MiB, to a virtual machine, 0 viewers"));
    auto bus = QemuBus::connect(folder_.path() + "/bus");
    ASSERT_TRUE(bus);
    bus->map_doorbell();
    open(Role::Show)->memory().bytes()[9876] = std::byte{98};
    ASSERT_TRUE(service_.says("serving 1 MiB, to a virtual machine, 0 viewers"));

    service_.kill();
    ASSERT_TRUE(start());
    const auto viewer = open(Role::Show);

    EXPECT_TRUE(service_.says("serving 1 MiB, to a virtual machine, 1 viewer"));
    EXPECT_EQ(viewer->memory().bytes()[9876], std::byte{98});
    ASSERT_NE(viewer->doorbell_handle(), -1);
    viewer->drain_doorbell();
    EXPECT_FALSE(is_readable(viewer->doorbell_handle(), 0));
    bus->ring(1 + viewer->viewer_index());
    EXPECT_TRUE(is_readable(viewer->doorbell_handle(), kSoon));
}

/// systemd's own tool hands over sockets of one kind only; the broker makes the other itself.
TEST(SocketActivation, BySystemdsToolServesTheFirstViewer) {
    constexpr const char* kActivate = "/usr/bin/systemd-socket-activate";
    if (::access(kActivate, X_OK) != 0) {
        GTEST_SKIP() << kActivate << " is not there: nothing was tested";
    }
    const TestFolder folder;
    const BrokerOptions options = folder.options();
    std::filesystem::create_directories(options.folder);
    const std::string socket = viewer_socket(options.folder);
    ChildProcess activator([&](const std::function<void()>& ready) {
        ready();
        const std::string program = oriel();
        ::execl(kActivate,
                kActivate,
                "--seqpacket",
                "-l",
                socket.c_str(),
                "--fdname=viewer",
                program.c_str(),
                "broker",
                "test",
                "--size",
                "1",
                nullptr);
        return 1;
    });
    while (!std::filesystem::exists(socket)) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_FALSE(std::filesystem::exists(vm_socket(options.folder)));

    const auto viewer = open_region(options, Role::Show);

    ASSERT_TRUE(viewer) << viewer.error().message;
    EXPECT_TRUE(std::filesystem::exists(vm_socket(options.folder)));
    activator.signal(SIGTERM);
    EXPECT_EQ(activator.wait(), 0);
    EXPECT_TRUE(std::filesystem::exists(socket));
}

}  // namespace
}  // namespace oriel
