// SPDX-License-Identifier: MIT
#include "region/broker_service.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/linux/event_fd.h"
#include "base/linux/unix_socket.h"
#include "region/broker_region.h"
#include "region/broker_test_support.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

UniqueFd event_fd() {
    return create_event_fd().value();
}

UniqueFd datagram_socket(const std::string& path) {
    UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
              0);
    return socket;
}

/// What is wrong with one descriptor of that name; empty where nothing is.
std::string complaint(UniqueFd fd, std::string name) {
    std::vector<PassedFd> passed;
    passed.push_back({std::move(fd), std::move(name)});
    const auto service = broker_service(std::move(passed), nullptr);
    return service ? "" : service.error().message;
}

TEST(BrokerServiceNames, SayWhereEachDescriptorBelongs) {
    std::vector<PassedFd> passed;
    const UniqueFd fds[] = {event_fd(), event_fd(), event_fd()};
    const std::vector<int> numbers{fds[0].get(), fds[1].get(), fds[2].get()};
    passed.push_back({UniqueFd(::dup(numbers[0])), kept_memory_name(0x1234567890abcdefU)});
    passed.push_back({UniqueFd(::dup(numbers[1])), kept_doorbell_name(15)});
    passed.push_back({UniqueFd(::dup(numbers[2])), kept_doorbell_name(PeerLocks::kPublisher)});

    const auto service = broker_service(std::move(passed), nullptr);

    ASSERT_TRUE(service);
    EXPECT_TRUE(service->memory);
    EXPECT_EQ(service->instance, 0x1234567890abcdefU);
    EXPECT_TRUE(service->doorbells[15]);
    EXPECT_TRUE(service->doorbells[PeerLocks::kPublisher]);
    EXPECT_FALSE(service->doorbells[0]);
    EXPECT_EQ(service->folder, "");
}

TEST(BrokerServiceNames, ThatMeanNothingAreClosed) {
    const std::size_t before = testing_support::open_fds();
    for (const char* const name :
         {"unknown", "", "memory-", "memory-xyz", "doorbell-16", "doorbell--1", "doorbell-1x"}) {
        EXPECT_EQ(complaint(event_fd(), name), "") << name;
    }
    EXPECT_EQ(testing_support::open_fds(), before);
}

TEST(BrokerServiceSockets, AreCheckedBeforeAnybodyIsServedThere) {
    const testing_support::TestFolder folder;
    const auto listener = [&](const std::string& path, SocketKind kind) {
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        return listen_unix(path, kind, 0600).value();
    };
    const std::string place = "cannot serve at the socket handed over as ";

    EXPECT_EQ(complaint(event_fd(), "vm"), place + "'vm': it is no listening socket of that kind");
    EXPECT_EQ(complaint(listener(folder.path() + "/a/viewer.sock", SocketKind::Stream), "viewer"),
              place + "'viewer': it is no listening socket of that kind");
    EXPECT_EQ(complaint(listener(folder.path() + "/b/other.sock", SocketKind::Stream), "vm"),
              place + "'vm': it is " + folder.path() + "/b/other.sock and should be " +
                  folder.path() + "/b/vm.sock");
    EXPECT_EQ(complaint(listener(folder.path() + "/c/vm.sock", SocketKind::Stream), "vm"), "");
}

TEST(BrokerServiceSockets, AreInOneFolder) {
    const testing_support::TestFolder folder;
    std::filesystem::create_directories(folder.path() + "/a");
    std::filesystem::create_directories(folder.path() + "/b");
    std::vector<PassedFd> passed;
    passed.push_back(
        {listen_unix(vm_socket(folder.path() + "/a"), SocketKind::Stream, 0600).value(), "vm"});
    passed.push_back(
        {listen_unix(viewer_socket(folder.path() + "/b"), SocketKind::Packets, 0600).value(),
         "viewer"});

    EXPECT_FALSE(broker_service(std::move(passed), nullptr));
}

TEST(BrokerServiceManager, ThatReadsNothingDoesNotCostAReturningPublisherItsPatience) {
    const testing_support::TestFolder folder;
    const BrokerOptions options = folder.options();
    auto killed = std::make_unique<testing_support::BrokerThread>(options);
    const auto publisher = testing_support::open_region(options, Role::Publish).value();
    killed = nullptr;
    ASSERT_TRUE(testing_support::becomes(*publisher, Region::Link::Alone));
    const std::string path = folder.path() + "/notify";
    const UniqueFd deaf = datagram_socket(path);
    const auto manager = ServiceManager::at(path);
    ASSERT_TRUE(manager);
    while (manager->status("so that there is no room left")) {}
    PollLoop loop;
    BrokerService service;
    service.manager = &*manager;
    const auto broker = Broker::start(loop, options, {}, std::move(service));
    ASSERT_TRUE(broker);

    const auto begin = monotonic_now();
    while (publisher->link() == Region::Link::Alone) {
        publisher->serve_connection();
        ASSERT_TRUE(loop.run_once(std::chrono::milliseconds(10)));
    }

    EXPECT_EQ(publisher->link(), Region::Link::Served);
    // It brings 17 doorbells, and each message could wait for a second.
    EXPECT_LT(monotonic_now() - begin, BrokerRegion::kAnswerLimit);
}

}  // namespace
}  // namespace oriel
