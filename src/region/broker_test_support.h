// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/linux/fd.h"
#include "base/linux/unix_socket.h"
#include "region/broker.h"
#include "region/peer_protocol.h"
#include "region/region.h"

namespace oriel::testing_support {

/// A folder that goes with the test, and the options of a small broker in it.
class TestFolder {
  public:
    TestFolder();
    ~TestFolder();
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;

    const std::string& path() const { return path_; }

    BrokerOptions options(std::string name = "test") const;
    std::string folder_of(const std::string& name) const;

  private:
    std::string path_;
};

/// A broker in a thread of its own; the test is its peers.
class BrokerThread {
  public:
    /// Checks that it starts.
    explicit BrokerThread(const BrokerOptions& options);
    ~BrokerThread();
    BrokerThread(const BrokerThread&) = delete;
    BrokerThread& operator=(const BrokerThread&) = delete;

    /// Waits until it has told of that as often as that.
    /// Blocks: up to 20 s; false then.
    bool has_told(BrokerEvent::Kind kind, BrokerEvent::Peer peer, std::size_t times = 1);

  private:
    std::size_t count(BrokerEvent::Kind kind, BrokerEvent::Peer peer) const;

    std::mutex mutex_;
    std::condition_variable told_;
    std::vector<BrokerEvent> events_;
    UniqueFd stop_;
    std::jthread thread_;
};

/// What came back for a packet of the test's own making.
struct RawAnswer {
    UniqueFd socket;
    std::vector<UniqueFd> fds;
    Result<Answer, AnswerFault> answer = Failure(AnswerFault::TooShort);
};

/// Blocks: until the broker answers or hangs up.
RawAnswer ask_raw(const std::string& socket,
                  std::span<const std::byte> hello,
                  std::span<const int> fds = {});

Result<std::unique_ptr<Region>> open_region(const BrokerOptions& options, Role role);

/// A page of the memory's last part, as the ABI counts them.
std::span<std::byte> from_end(const Region& region, std::uint64_t distance, std::size_t size);

abi::BrokerPage broker_page(const Region& region);

/// What a hostile guest can do: writes another address for input over the broker's, again and
/// again, since the broker writes its page afresh. Threads: one of its own.
class PageForger {
  public:
    PageForger(const Region& region, std::string uri);

  private:
    std::jthread thread_;
};

bool is_readable(int fd, int timeout_ms);

/// Calls serve_connection() as an owner's loop would, until the link is `wanted`.
/// Blocks: up to 20 s; false then.
bool becomes(Region& region, Region::Link wanted);

std::size_t open_fds();

}  // namespace oriel::testing_support
