// SPDX-License-Identifier: MIT
#include "region/broker_test_support.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <optional>

#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>

#include "base/linux/event_fd.h"
#include "region/region_paths.h"

namespace oriel::testing_support {
namespace {

constexpr std::chrono::seconds kPatience(20);

}  // namespace

TestFolder::TestFolder() {
    std::string pattern = testing::TempDir() + "oriel-broker-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
}

TestFolder::~TestFolder() {
    std::filesystem::remove_all(path_);
}

BrokerOptions TestFolder::options(std::string name) const {
    BrokerOptions options;
    options.folder = folder_of(name);
    options.name = std::move(name);
    options.size = 1ULL << 20U;
    return options;
}

std::string TestFolder::folder_of(const std::string& name) const {
    return path_ + "/oriel/" + name;
}

BrokerThread::BrokerThread(const BrokerOptions& options) : stop_(create_event_fd().value()) {
    std::optional<bool> started;
    thread_ = std::jthread([&, this] {
        PollLoop loop;
        auto broker = Broker::start(loop, options, [this](const BrokerEvent& event) {
            const std::scoped_lock lock(mutex_);
            events_.push_back(event);
            told_.notify_all();
        });
        const bool success = broker.has_value();
        EXPECT_TRUE(success) << broker.error().message;
        static_cast<void>(loop.watch(stop_.get(), [&loop] { loop.stop(); }));
        {
            const std::scoped_lock lock(mutex_);
            started = success;
            told_.notify_all();
        }
        if (success) {
            EXPECT_TRUE(loop.run());
        }
    });
    std::unique_lock lock(mutex_);
    told_.wait(lock, [&] { return started.has_value(); });
}

BrokerThread::~BrokerThread() {
    ring_event_fd(stop_);
}

bool BrokerThread::has_told(BrokerEvent::Kind kind, BrokerEvent::Peer peer, std::size_t times) {
    std::unique_lock lock(mutex_);
    return told_.wait_for(lock, kPatience, [&] { return count(kind, peer) >= times; });
}

std::size_t BrokerThread::count(BrokerEvent::Kind kind, BrokerEvent::Peer peer) const {
    return static_cast<std::size_t>(std::ranges::count_if(events_, [&](const BrokerEvent& event) {
        return event.kind == kind && event.peer == peer;
    }));
}

RawAnswer ask_raw(const std::string& socket,
                  std::span<const std::byte> hello,
                  std::span<const int> fds) {
    RawAnswer raw;
    raw.socket = connect_unix(socket, SocketKind::Packets).value();
    EXPECT_TRUE(send_with_fds(raw.socket, hello, fds));
    std::array<std::byte, kMaxPeerPacket> buffer{};
    auto received = receive_with_fds(raw.socket, buffer);
    if (received) {
        raw.answer = decode_answer(std::span(buffer).first(received->size));
        raw.fds = std::move(received->fds);
    }
    return raw;
}

Result<std::unique_ptr<Region>> open_region(const BrokerOptions& options, Role role) {
    return Region::open({Target::Kind::Socket, viewer_socket(options.folder), 0}, role);
}

std::span<std::byte> from_end(const Region& region, std::uint64_t distance, std::size_t size) {
    const std::span<std::byte> bytes = region.memory().bytes();
    return bytes.subspan(bytes.size() - distance, size);
}

abi::BrokerPage broker_page(const Region& region) {
    abi::BrokerPage page{};
    const auto bytes = from_end(region, abi::kBrokerFromEnd, sizeof(page));
    std::memcpy(&page, bytes.data(), sizeof(page));
    return page;
}

PageForger::PageForger(const Region& region, std::string uri) {
    const auto place = from_end(region, abi::kBrokerFromEnd, sizeof(abi::BrokerPage))
                           .subspan(offsetof(abi::BrokerPage, input_uri));
    uri.resize(uri.size() + 1);
    std::memcpy(place.data(), uri.data(), uri.size());
    thread_ = std::jthread([place, uri = std::move(uri)](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::memcpy(place.data(), uri.data(), uri.size());
            std::this_thread::sleep_for(std::chrono::microseconds(20));
        }
    });
}

bool is_readable(int fd, int timeout_ms) {
    pollfd entry{fd, POLLIN, 0};
    return ::poll(&entry, 1, timeout_ms) == 1;
}

bool becomes(Region& region, Region::Link wanted) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (region.link() != wanted) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        static_cast<void>(is_readable(region.connection_handle(), /*timeout_ms=*/20));
        region.serve_connection();
    }
    return true;
}

std::size_t open_fds() {
    const std::filesystem::directory_iterator fds("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(fds), end(fds)));
}

}  // namespace oriel::testing_support
