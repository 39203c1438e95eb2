// SPDX-License-Identifier: MIT
#include "region/broker.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/viewer.h"
#include "base/linux/event_fd.h"
#include "base/linux/sealed_memory.h"
#include "region/broker_test_support.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

using namespace testing_support;
using Kind = BrokerEvent::Kind;
using Peer = BrokerEvent::Peer;

constexpr int kSoon = 10000;  ///< Milliseconds; what is waited for comes long before.

class BrokerTest : public testing::Test {
  protected:
    std::string socket() const { return viewer_socket(options_.folder); }

    std::unique_ptr<Region> open(Role role) const {
        auto region = open_region(options_, role);
        EXPECT_TRUE(region) << region.error().message;
        return std::move(*region);
    }

    TestFolder folder_;
    BrokerOptions options_ = folder_.options();
};

TEST_F(BrokerTest, DescribesTheRegionInItsPage) {
    options_.modes = {{1920, 1080}, {800, 600}};
    options_.size = 32ULL << 20U;
    options_.slots = 5;
    options_.input_uri = "spice://127.0.0.1:5900";
    BrokerThread broker(options_);

    const auto watcher = open(Role::Watch);

    const abi::BrokerPage page = broker_page(*watcher);
    EXPECT_EQ(page.mark, abi::kBrokerMark);
    EXPECT_EQ(page.page_size, sizeof(page));
    EXPECT_EQ(page.region_size, 32ULL << 20U);
    EXPECT_NE(page.instance, 0U);
    EXPECT_EQ(page.slots, 5U);
    EXPECT_EQ(std::string_view(page.name), "test");
    EXPECT_EQ(page.modes[1].width, 800U);
    EXPECT_EQ(page.modes[1].height, 600U);
    EXPECT_EQ(std::string_view(page.input_uri), "spice://127.0.0.1:5900");
    EXPECT_EQ(page.viewers, 0U);
}

TEST_F(BrokerTest, TellsViewersWhereInputGoesByItsSocketAlone) {
    options_.input_uri = "spice://127.0.0.1:5900";
    BrokerThread broker(options_);
    const auto guest = open(Role::Show);
    const PageForger forger(*guest, "spice://203.0.113.7:5900");

    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(open(Role::Show)->input_uri(), options_.input_uri);
    }

    EXPECT_EQ(open(Role::Watch)->input_uri(), "");
}

TEST_F(BrokerTest, TellsViewersWhoStayWhereInputGoesAfterItsReturn) {
    auto broker = std::make_unique<BrokerThread>(options_);
    const auto viewer = open(Role::Show);
    EXPECT_EQ(viewer->input_uri(), "");
    broker.reset();
    ASSERT_TRUE(becomes(*viewer, Region::Link::Alone));
    options_.input_uri = "qmp:/run/vm/qmp.sock";

    broker = std::make_unique<BrokerThread>(options_);

    ASSERT_TRUE(becomes(*viewer, Region::Link::Served));
    EXPECT_EQ(viewer->input_uri(), options_.input_uri);
}

TEST_F(BrokerTest, IsOneMemoryForAllRoles) {
    BrokerThread broker(options_);
    const auto publisher = open(Role::Publish);
    const auto viewer = open(Role::Show);
    const auto watcher = open(Role::Watch);

    publisher->memory().bytes()[5] = std::byte{1};
    viewer->memory().bytes()[6] = std::byte{2};

    EXPECT_EQ(watcher->memory().bytes()[5], std::byte{1});
    EXPECT_EQ(watcher->memory().bytes()[6], std::byte{2});
}

TEST_F(BrokerTest, GivesAWatcherNothingItCouldWriteTo) {
    BrokerThread broker(options_);

    const RawAnswer raw = ask_raw(socket(), encode_hello({.role = Role::Watch}));

    ASSERT_EQ(raw.fds.size(), 1U);
    const int fd = raw.fds[0].get();
    EXPECT_EQ(::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
    EXPECT_EQ(::fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
    // Nor can another user reopen it for writing.
    struct stat info{};
    ASSERT_EQ(::fstat(fd, &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(BrokerTest, SealsTheMemory) {
    BrokerThread broker(options_);
    const auto viewer = open(Role::Show);

    EXPECT_NE(::ftruncate(viewer->fd().get(), 4096), 0);
    EXPECT_NE(::ftruncate(viewer->fd().get(), 4 << 20), 0);
}

TEST_F(BrokerTest, CarriesRingsBothWays) {
    BrokerThread broker(options_);
    const auto publisher = open(Role::Publish);
    const auto first = open(Role::Show);
    const auto second = open(Role::Show);
    ASSERT_TRUE(broker.has_told(Kind::PeerConnected, Peer::Viewer, 2));
    publisher->drain_doorbell();

    publisher->ring_viewers(1U << second->viewer_index());

    EXPECT_TRUE(is_readable(second->doorbell_handle(), kSoon));
    EXPECT_FALSE(is_readable(first->doorbell_handle(), 0));
    EXPECT_EQ(second->drain_doorbell(), 1U);
    EXPECT_FALSE(is_readable(second->doorbell_handle(), 0));
    first->ring_publisher();
    EXPECT_TRUE(is_readable(publisher->doorbell_handle(), kSoon));
}

TEST_F(BrokerTest, TellsAPublisherWhenAViewerComesAndGoes) {
    BrokerThread broker(options_);
    const auto publisher = open(Role::Publish);

    auto viewer = open(Role::Show);
    EXPECT_TRUE(is_readable(publisher->doorbell_handle(), kSoon));
    ASSERT_TRUE(broker.has_told(Kind::PeerConnected, Peer::Viewer));
    EXPECT_EQ(broker_page(*publisher).viewers, 1U);
    publisher->drain_doorbell();

    viewer.reset();
    EXPECT_TRUE(is_readable(publisher->doorbell_handle(), kSoon));
    ASSERT_TRUE(broker.has_told(Kind::PeerGone, Peer::Viewer));
    EXPECT_EQ(broker_page(*publisher).viewers, 0U);
}

TEST_F(BrokerTest, TellsViewersWhenThePublisherComesAndGoes) {
    BrokerThread broker(options_);
    const auto viewer = open(Role::Show);

    auto publisher = open(Role::Publish);
    EXPECT_TRUE(is_readable(viewer->doorbell_handle(), kSoon));
    ASSERT_TRUE(broker.has_told(Kind::PeerConnected, Peer::Publisher));
    EXPECT_EQ(broker_page(*viewer).publisher_connected, 1U);
    viewer->drain_doorbell();

    publisher.reset();
    EXPECT_TRUE(is_readable(viewer->doorbell_handle(), kSoon));
    ASSERT_TRUE(broker.has_told(Kind::PeerGone, Peer::Publisher));
    EXPECT_EQ(broker_page(*viewer).publisher_connected, 0U);
}

TEST_F(BrokerTest, RefusesASecondPublisherByName) {
    BrokerThread broker(options_);
    const auto publisher = open(Role::Publish);

    const auto second = open_region(options_, Role::Publish);

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::Busy);
    EXPECT_EQ(second.error().message,
              "region 'test' has a publisher already: process " + std::to_string(::getpid()));
}

TEST_F(BrokerTest, RefusesThe17thViewerByName) {
    BrokerThread broker(options_);
    std::vector<std::unique_ptr<Region>> viewers;
    for (unsigned i = 0; i < abi::kMaxViewers; ++i) {
        viewers.push_back(open(Role::Show));
        EXPECT_EQ(viewers.back()->viewer_index(), i);
    }

    const auto one_more = open_region(options_, Role::Show);

    ASSERT_FALSE(one_more);
    EXPECT_EQ(one_more.error().kind, ErrorKind::Busy);
    EXPECT_EQ(one_more.error().message, "region 'test' has 16 viewers already: close one");
    viewers[7].reset();
    ASSERT_TRUE(broker.has_told(Kind::PeerGone, Peer::Viewer));
    EXPECT_EQ(open(Role::Show)->viewer_index(), 7U);
}

TEST_F(BrokerTest, ClearsAViewersPageAndDoorbellWhenItIsGone) {
    BrokerThread broker(options_);
    const auto publisher = open(Role::Publish);
    auto viewer = open(Role::Show);
    const auto page = from_end(*publisher, abi::kViewersFromEnd, abi::kPage);
    std::memset(page.data(), 0xee, page.size());
    publisher->ring_viewers(1);

    viewer.reset();

    ASSERT_TRUE(broker.has_told(Kind::PeerGone, Peer::Viewer));
    EXPECT_TRUE(std::ranges::all_of(page, [](std::byte b) { return b == std::byte{0}; }));
    const auto next = open(Role::Show);
    EXPECT_EQ(next->viewer_index(), 0U);
    EXPECT_FALSE(is_readable(next->doorbell_handle(), 0));
}

TEST_F(BrokerTest, LendsANonBlockingDoorbellAgainAfterAPeerMadeItBlocking) {
    BrokerThread broker(options_);
    auto viewer = open(Role::Show);
    ASSERT_EQ(::fcntl(viewer->doorbell_handle(), F_SETFL, 0), 0);
    viewer.reset();
    ASSERT_TRUE(broker.has_told(Kind::PeerGone, Peer::Viewer));

    viewer = open(Role::Show);

    EXPECT_NE(::fcntl(viewer->doorbell_handle(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(BrokerTest, GoneAndReplacedBySomebodyWhoAcceptsNobodyKeepsNoPeerWaiting) {
    auto broker = std::make_unique<BrokerThread>(options_);
    const auto viewer = open(Role::Show);
    broker = nullptr;
    ASSERT_TRUE(becomes(*viewer, Region::Link::Alone));
    const UniqueFd deaf = listen_unix(socket(), SocketKind::Packets, 0600).value();
    std::vector<UniqueFd> crowd;
    for (auto one = connect_unix_now(socket(), SocketKind::Packets); one;
         one = connect_unix_now(socket(), SocketKind::Packets)) {
        crowd.push_back(std::move(*one));
    }

    const auto begin = monotonic_now();
    viewer->serve_connection();

    // A blocking connect() gives up after 5 s.
    EXPECT_LT(monotonic_now() - begin, std::chrono::seconds(4));
    while (accept_unix(deaf)) {}
    viewer->serve_connection();
    EXPECT_TRUE(accept_unix(deaf));
}

TEST_F(BrokerTest, RefusesASizeThatQemuWouldAbortAt) {
    PollLoop loop;
    options_.size = 3ULL << 20U;

    const auto broker = Broker::start(loop, options_, {});

    ASSERT_FALSE(broker);
    EXPECT_EQ(broker.error().kind, ErrorKind::Usage);
    EXPECT_NE(broker.error().message.find("4 MiB is the next"), std::string::npos);
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(BrokerTest, RefusesBadOptions) {
    PollLoop loop;
    auto bad_name = options_;
    bad_name.name = "no/name";
    auto device = options_;
    device.name = "pci";
    auto slots = options_;
    slots.slots = 17;
    auto input = options_;
    input.input_uri = std::string(256, 'x');
    auto group = options_;
    group.viewer_group = "no-such-group";

    EXPECT_EQ(Broker::start(loop, bad_name, {}).error().kind, ErrorKind::Usage);
    EXPECT_EQ(Broker::start(loop, device, {}).error().kind, ErrorKind::Usage);
    EXPECT_EQ(Broker::start(loop, slots, {}).error().kind, ErrorKind::Usage);
    EXPECT_EQ(Broker::start(loop, input, {}).error().kind, ErrorKind::Usage);
    EXPECT_EQ(Broker::start(loop, group, {}).error().kind, ErrorKind::Usage);
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(BrokerTest, AnswersAnotherMajorWithBothVersions) {
    BrokerThread broker(options_);
    HelloBytes hello = encode_hello({.role = Role::Show});
    hello[8] = std::byte{9};

    const RawAnswer raw = ask_raw(socket(), hello);

    ASSERT_TRUE(raw.answer);
    EXPECT_EQ(raw.answer->status, AnswerStatus::OtherMajor);
    EXPECT_EQ(raw.answer->text, "this broker speaks version 1.1, you speak 9.1: update the broker");
    EXPECT_TRUE(raw.fds.empty());
}

TEST_F(BrokerTest, DropsAPeerThatTalksAfterItsHello) {
    BrokerThread broker(options_);
    const RawAnswer raw = ask_raw(socket(), encode_hello({.role = Role::Show}));
    ASSERT_TRUE(raw.answer);

    ASSERT_TRUE(send_with_fds(raw.socket, encode_hello({.role = Role::Show}), {}));

    EXPECT_TRUE(broker.has_told(Kind::PeerGone, Peer::Viewer));
}

TEST_F(BrokerTest, RefusesToTakeBackWhatItDidNotLend) {
    BrokerThread broker(options_);
    const UniqueFd other = create_sealed_memory("other", options_.size, PageSize::Normal).value();
    const UniqueFd bell = create_event_fd().value();
    const Hello hello{Role::Show, Hello::Kind::Returning, 3, 1};
    const int fds[] = {other.get(), bell.get(), bell.get()};
    const int no_bells[] = {other.get(), other.get(), bell.get()};

    const RawAnswer replaced = ask_raw(socket(), encode_hello(hello), fds);
    const RawAnswer bad = ask_raw(socket(), encode_hello(hello), no_bells);
    const RawAnswer too_few = ask_raw(socket(), encode_hello(hello), std::span(fds).first(2));

    EXPECT_EQ(replaced.answer->status, AnswerStatus::Replaced);
    EXPECT_EQ(bad.answer->status, AnswerStatus::BadHello);
    EXPECT_EQ(too_few.answer->status, AnswerStatus::BadHello);
    EXPECT_TRUE(replaced.fds.empty() && bad.fds.empty() && too_few.fds.empty());
}

TEST_F(BrokerTest, OutlivesRubbishAndCrowds) {
    BrokerThread broker(options_);
    const auto viewer = open(Role::Show);
    const UniqueFd bell = create_event_fd().value();
    const std::vector<int> many(kMaxFdsPerMessage, bell.get());
    const std::vector<std::byte> large(4096, std::byte{0x55});
    const std::size_t before = open_fds();

    for (std::size_t i = 0; i < 1000; ++i) {
        const auto connection = connect_unix(socket(), SocketKind::Packets);
        ASSERT_TRUE(connection);
        if (i % 4 != 0) {
            static_cast<void>(send_with_fds(*connection, large, std::span(many).first(i % 33)));
        }
    }
    const RawAnswer raw = ask_raw(socket(), encode_hello({.role = Role::Watch}), many);

    EXPECT_EQ(raw.answer->status, AnswerStatus::BadHello);
    EXPECT_EQ(open(Role::Watch)->memory().bytes().size(), options_.size);
    EXPECT_EQ(viewer->link(), Region::Link::Served);
    // The last few connections may not have been seen to end yet.
    EXPECT_LE(open_fds(), before + Reception::kMaxSilent);
}

TEST_F(BrokerTest, HangsUpOnASingleCallerWhoSaysNothing) {
    const BrokerThread broker(options_);
    const UniqueFd silent = connect_unix(socket(), SocketKind::Packets).value();

    EXPECT_TRUE(is_readable(silent.get(), kSoon));
}

TEST_F(BrokerTest, ServesOthersWhileACrowdSaysNothing) {
    BrokerThread broker(options_);
    std::vector<UniqueFd> crowd;
    crowd.reserve(Reception::kMaxSilent * 2);
    for (std::size_t i = 0; i < Reception::kMaxSilent * 2; ++i) {
        crowd.push_back(connect_unix(socket(), SocketKind::Packets).value());
    }

    EXPECT_EQ(open(Role::Show)->viewer_index(), 0U);
    // The oldest had to go; the youngest go when their two seconds are over.
    EXPECT_TRUE(is_readable(crowd.front().get(), kSoon));
    EXPECT_TRUE(is_readable(crowd.back().get(), kSoon));
}

TEST_F(BrokerTest, SpeaksQemusProtocol) {
    BrokerThread broker(options_);
    const auto viewer = open(Role::Show);
    const auto qemu = connect_unix(vm_socket(options_.folder), SocketKind::Stream);
    ASSERT_TRUE(qemu);
    std::vector<std::pair<std::int64_t, UniqueFd>> messages;
    for (std::size_t i = 0; i < 3 + abi::kMaxViewers + 1; ++i) {
        std::int64_t number = 0;
        auto received = receive_with_fds(*qemu, std::as_writable_bytes(std::span(&number, 1)));
        ASSERT_TRUE(received);
        ASSERT_EQ(received->size, sizeof(number));
        messages.emplace_back(number,
                              received->fds.empty() ? UniqueFd() : std::move(received->fds[0]));
    }

    EXPECT_EQ(messages[0].first, 0);
    EXPECT_FALSE(messages[0].second);
    EXPECT_EQ(messages[1].first, 0);
    EXPECT_FALSE(messages[1].second);
    EXPECT_EQ(messages[2].first, -1);
    struct stat info{};
    ASSERT_EQ(::fstat(messages[2].second.get(), &info), 0);
    EXPECT_EQ(info.st_size, 1 << 20);
    for (std::int64_t peer = 1; peer <= 16; ++peer) {
        EXPECT_EQ(messages[static_cast<std::size_t>(peer) + 2].first, peer);
        EXPECT_TRUE(messages[static_cast<std::size_t>(peer) + 2].second);
    }
    EXPECT_EQ(messages[19].first, 0);
    ASSERT_TRUE(broker.has_told(Kind::PeerConnected, Peer::Vm));
    EXPECT_EQ(broker_page(*viewer).vm_connected, 1U);
    viewer->drain_doorbell();
    ring_event_fd(messages[3].second);
    EXPECT_TRUE(is_readable(viewer->doorbell_handle(), kSoon));
    viewer->ring_publisher();
    EXPECT_TRUE(is_readable(messages[19].second.get(), kSoon));
}

TEST_F(BrokerTest, HasOneVirtualMachineAndSeesItsEnd) {
    BrokerThread broker(options_);
    auto first = connect_unix(vm_socket(options_.folder), SocketKind::Stream);
    ASSERT_TRUE(broker.has_told(Kind::PeerConnected, Peer::Vm));

    const auto second = connect_unix(vm_socket(options_.folder), SocketKind::Stream);
    std::array<std::byte, 8> byte{};
    const auto nothing = receive_with_fds(*second, byte);
    const auto publisher = open_region(options_, Role::Publish);

    EXPECT_TRUE(!nothing || nothing->size == 0);
    ASSERT_FALSE(publisher);
    EXPECT_NE(publisher.error().message.find("belongs to a virtual machine"), std::string::npos);
    first->reset();
    EXPECT_TRUE(broker.has_told(Kind::PeerGone, Peer::Vm));
    EXPECT_TRUE(open_region(options_, Role::Publish));
}

TEST_F(BrokerTest, ServesAVirtualMachineThatIsStartedAgainAtOnce) {
    PollLoop loop;
    std::vector<Kind> told;
    const auto broker = Broker::start(
        loop, options_, [&told](const BrokerEvent& event) { told.push_back(event.kind); });
    ASSERT_TRUE(broker);
    const auto connect = [this] {
        return connect_unix(vm_socket(options_.folder), SocketKind::Stream).value();
    };
    UniqueFd qemu = connect();
    ASSERT_TRUE(loop.run_once(std::nullopt));

    // The loop finds both in one round: the end of the first, and the second.
    qemu.reset();
    qemu = connect();
    ASSERT_TRUE(loop.run_once(std::nullopt));

    EXPECT_EQ(
        told,
        (std::vector{Kind::Serving, Kind::PeerConnected, Kind::PeerGone, Kind::PeerConnected}));
}

TEST_F(BrokerTest, MendsItsPageAfterAVirtualMachineLoadedAnOldState) {
    BrokerThread broker(options_);
    const auto viewer = open(Role::Show);
    const auto qemu = connect_unix(vm_socket(options_.folder), SocketKind::Stream);
    ASSERT_TRUE(broker.has_told(Kind::PeerConnected, Peer::Vm));

    const auto page = from_end(*viewer, abi::kBrokerFromEnd, sizeof(abi::BrokerPage));
    std::memset(page.data(), 0, page.size());

    for (int i = 0; i < 100 && broker_page(*viewer).mark == 0; ++i) {
        static_cast<void>(is_readable(qemu->get(), /*timeout_ms=*/100) && ::usleep(100000) == 0);
    }
    EXPECT_EQ(broker_page(*viewer).mark, abi::kBrokerMark);
    EXPECT_EQ(broker_page(*viewer).viewers, 1U);
}

TEST_F(BrokerTest, WarnsAVirtualMachineOffAPublishersDoorbell) {
    BrokerThread broker(options_);
    const auto publisher = open(Role::Publish);
    const auto viewer = open(Role::Show);
    const auto qemu = connect_unix(vm_socket(options_.folder), SocketKind::Stream);
    ASSERT_TRUE(broker.has_told(Kind::PeerConnected, Peer::Vm));
    UniqueFd qemus_doorbell;
    for (std::size_t i = 0; i < 3 + abi::kMaxViewers + 1; ++i) {
        std::array<std::byte, 8> number{};
        auto received = receive_with_fds(*qemu, number);
        ASSERT_TRUE(received);
        qemus_doorbell = received->fds.empty() ? UniqueFd() : std::move(received->fds[0]);
    }

    viewer->ring_publisher();

    EXPECT_TRUE(is_readable(publisher->doorbell_handle(), kSoon));
    EXPECT_FALSE(is_readable(qemus_doorbell.get(), 0));
}

}  // namespace
}  // namespace oriel
