// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <list>
#include <vector>

#include "base/linux/fd.h"
#include "base/linux/unix_socket.h"
#include "base/poll_loop.h"
#include "region/peer_access.h"
#include "region/peer_protocol.h"

namespace oriel {

/// Somebody at viewer.sock who may be there and said hello properly.
struct Caller {
    UniqueFd socket;
    PeerIdentity identity;
    Hello hello;
    std::vector<UniqueFd> fds;  ///< As many as hello_fd_count(); what they are is not checked.
};

/// Answers a caller; one that does not listen is its own loss.
Result<void> send_answer(const UniqueFd& socket, const Answer& answer, std::span<const int> fds);

/// Takes connections at viewer.sock and hands on those that say hello; all others it sends away.
///
/// Trust: whoever may open the socket can be hostile: says nothing, says rubbish, comes a thousand
/// times. None of it takes more than kMaxSilent descriptors, for two seconds.
class Reception {
  public:
    static constexpr std::size_t kMaxSilent = 64;

    Reception(PollLoop& loop,
              UniqueFd listener,
              PeerAccess access,
              std::function<void(Caller)> on_caller);
    ~Reception();
    Reception(const Reception&) = delete;
    Reception& operator=(const Reception&) = delete;

  private:
    struct Silent {
        UniqueFd socket;
        PeerIdentity identity;
        PollLoop::Id watch;  ///< None for one who may not be there.
        Nanoseconds deadline;
    };

    using Place = std::list<Silent>::iterator;

    void accept();
    static void refuse_stranger(const Silent& stranger);
    void read_hello(Place place);
    void judge(Silent silent,
               const Received& received,
               std::span<const std::byte> bytes,
               std::vector<UniqueFd> fds);
    Silent take(Place place);
    void drop_late();
    void arm_deadline();

    PollLoop& loop_;
    UniqueFd listener_;
    PeerAccess access_;
    std::function<void(Caller)> on_caller_;
    std::list<Silent> silent_;  ///< Those that have not said hello, or need not; oldest first.
    PollLoop::Id listener_watch_;
    PollLoop::Id deadline_timer_;
};

}  // namespace oriel
