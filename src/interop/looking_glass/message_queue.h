// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "interop/looking_glass/shared_words.h"
#include "interop/looking_glass/wire.h"
#include "relay/region_fault.h"

namespace oriel::looking_glass {

/// A subscriber's end of one of a region's queues: a place among its 32 subscribers, and the
/// messages that were posted since it was taken.
///
/// Messages are finished in any order. One that is not for a second costs its subscriber the place
/// (Poll::Overdue), and until then the producer has to wait for it: finish early.
///
/// Locks: each is tried a bounded number of times. Whoever died holding one keeps us from
/// subscribing, and from nothing else.
/// Trust: where the ring is was checked once and is kept; what is in it is checked at each use.
class MessageQueue {
  public:
    /// Nothing where there is none of that id (yet). Errors: BadQueue.
    static Result<std::optional<MessageQueue>, RegionFault> find(const SharedWords& memory,
                                                                 std::uint32_t id);

    enum class Joined : std::uint8_t {
        Yes,
        Locked,  ///< Somebody holds the lock: again later.
        Full,    ///< All places are taken.
    };

    /// Takes a place, as `client` (not 0). Errors: BadQueue.
    Result<Joined, RegionFault> join(std::uint32_t client);

    /// Gives it back. Somebody who holds the lock is waited for, some milliseconds; then the place
    /// stays ours until the producer finds it overdue and another subscriber comes.
    void leave();

    bool is_member() const { return place_.has_value(); }

    enum class Poll : std::uint8_t {
        Empty,
        Message,
        Overdue,  ///< The producer gave up waiting for us: not a member any more.
        Lost,  ///< The place is somebody else's (a snapshot was loaded), or the ring elsewhere (the
               ///< producer started anew): likewise. find() it again.
    };

    struct Polled {
        Poll poll = Poll::Empty;
        std::uint32_t slot = 0;  ///< For finish().
        looking_glass::Message message{};
    };

    /// The next message, if there is one. Errors: BadQueue.
    Result<Polled, RegionFault> poll();

    /// Nothing of that message is needed any more. Only as a member, once for each message.
    void finish(std::uint32_t slot);

    /// The message posted last, whoever it was for. Reads only, and needs no place. Nothing where
    /// none was posted since the producer started. Errors: BadQueue.
    Result<std::optional<looking_glass::Message>, RegionFault> latest() const;

    /// A bit for each subscriber.
    std::uint32_t members() const;

  private:
    MessageQueue(const SharedWords& memory,
                 std::uint64_t at,
                 std::uint32_t slots,
                 std::uint64_t ring)
        : memory_(memory), at_(at), slots_(slots), ring_(ring) {}

    std::uint64_t slot_at(std::uint32_t slot) const { return ring_ + slot * sizeof(Message); }

    std::optional<std::uint32_t> position() const;
    std::atomic_ref<std::uint64_t> timeout_of(std::uint32_t place) const;
    std::atomic_ref<std::uint32_t> client_of(std::uint32_t place) const;
    void reap();
    bool owns_place() const;
    bool is_where_it_was() const;
    void pop(std::uint32_t slot);

    std::uint32_t after(std::uint32_t slot) const { return slot + 1 == slots_ ? 0 : slot + 1; }

    SharedWords memory_;
    std::uint64_t at_;     ///< The descriptor.
    std::uint32_t slots_;  ///< Checked copies of what it said at find().
    std::uint64_t ring_;
    std::optional<std::uint32_t> place_;
    std::uint32_t client_ = 0;
    std::uint32_t next_ = 0;  ///< The slot poll() looks at.
};

}  // namespace oriel::looking_glass
