// SPDX-License-Identifier: MIT
#include "region/broker_service.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/linux/event_fd.h"
#include "base/linux/unix_socket.h"
#include "region/broker_test_support.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

UniqueFd event_fd() {
    return create_event_fd().value();
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

}  // namespace
}  // namespace oriel
