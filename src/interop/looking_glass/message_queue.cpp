// SPDX-License-Identifier: MIT
#include "interop/looking_glass/message_queue.h"

#include <algorithm>
#include <bit>

#include "base/planted_fault.h"
#include "relay/fence.h"

namespace oriel::looking_glass {
namespace {

/// B7 has 21 at most.
constexpr std::uint32_t kMostSlots = 1024;

/// Who holds a lock holds it for some hundred nanoseconds.
constexpr int kTries = 200;

/// At the end it is worth some milliseconds to give the place back: a producer that was put to
/// sleep with the lock may be back by then.
constexpr int kTriesAtTheEnd = 100'000;

constexpr std::uint64_t kMostPatienceMs = 60'000;

class TriedLock {
  public:
    explicit TriedLock(std::atomic_ref<std::uint32_t> word, int tries) : word_(word) {
        for (int i = 0; i < tries && !is_held_; ++i) {
            std::uint32_t free = 0;
            is_held_ = word_.compare_exchange_strong(free, 1);
            if (!is_held_) {
                spin_pause();
            }
        }
    }

    TriedLock(const TriedLock&) = delete;
    TriedLock& operator=(const TriedLock&) = delete;

    ~TriedLock() {
        if (is_held_) {
            word_.store(0);
        }
    }

    bool is_held() const { return is_held_; }

  private:
    std::atomic_ref<std::uint32_t> word_;
    bool is_held_ = false;
};

std::uint32_t bit(std::uint32_t place) {
    return 1U << place;
}

std::uint32_t subscribed(std::uint64_t members) {
    return static_cast<std::uint32_t>(members >> 32U);
}

std::uint32_t overdue(std::uint64_t members) {
    return static_cast<std::uint32_t>(members);
}

std::uint64_t both(std::uint32_t bits) {
    return std::uint64_t{bits} << 32U | bits;
}

}  // namespace

Result<std::optional<MessageQueue>, RegionFault> MessageQueue::find(const SharedWords& memory,
                                                                    std::uint32_t id) {
    if (!memory.holds(0, header::kUserData)) {
        return Failure(RegionFault::BadQueue);
    }
    const std::uint32_t count = memory.word<std::uint32_t>(header::kQueueCount).load();
    if (count > kMaxQueues) {
        return Failure(RegionFault::BadQueue);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint64_t at = header::kQueues + i * queue::kStride;
        if (memory.load(at + queue::kId) != id) {
            continue;
        }
        const std::uint32_t slots = memory.word<std::uint32_t>(at + queue::kSlots).load();
        const std::uint32_t ring = memory.word<std::uint32_t>(at + queue::kRing).load();
        const bool is_sound = slots >= 2 && slots <= kMostSlots && ring >= header::kUserData &&
                              memory.holds(ring, std::uint64_t{slots} * sizeof(Message));
        if (!is_planted("looking-glass-ring") && !is_sound) {
            return Failure(RegionFault::BadQueue);
        }
        return std::optional(MessageQueue(memory, at, slots, ring));
    }
    return std::optional<MessageQueue>();
}

std::atomic_ref<std::uint64_t> MessageQueue::timeout_of(std::uint32_t place) const {
    return memory_.word<std::uint64_t>(at_ + queue::kTimeouts + std::uint64_t{place} * 8);
}

std::atomic_ref<std::uint32_t> MessageQueue::client_of(std::uint32_t place) const {
    return memory_.word<std::uint32_t>(at_ + queue::kClients + std::uint64_t{place} * 4);
}

std::optional<std::uint32_t> MessageQueue::position() const {
    const std::uint32_t claimed = memory_.word<std::uint32_t>(at_ + queue::kPosition).load();
    return claimed < slots_ ? std::optional(claimed) : std::nullopt;
}

Result<MessageQueue::Joined, RegionFault> MessageQueue::join(std::uint32_t client) {
    const TriedLock lock(memory_.word<std::uint32_t>(at_ + queue::kLock), kTries);
    if (!lock.is_held()) {
        return Joined::Locked;
    }
    reap();
    const auto members = memory_.word<std::uint64_t>(at_ + queue::kMembers);
    const std::uint64_t before = members.load();
    const std::uint32_t taken = subscribed(before) | overdue(before);
    if (taken == ~0U) {
        return Joined::Full;
    }
    const auto newest = position();
    if (!newest) {
        return Failure(RegionFault::BadQueue);
    }
    const auto place = static_cast<std::uint32_t>(std::countr_one(taken));
    timeout_of(place).store(0);
    client_of(place).store(client);
    members.fetch_or(std::uint64_t{bit(place)} << 32U);
    memory_.word<std::uint32_t>(at_ + queue::kNewSubscribers).fetch_add(1);
    // What is left is the place's last owner's: it is not ours to finish.
    for (std::uint32_t slot = 0; slot < slots_; ++slot) {
        memory_.word<std::uint32_t>(slot_at(slot) + offsetof(Message, pending))
            .fetch_and(~bit(place));
    }
    place_ = place;
    client_ = client;
    next_ = *newest;
    return Joined::Yes;
}

/// Frees places whose subscribers were overdue and have been so for long. Under the lock.
void MessageQueue::reap() {
    const std::uint64_t now = memory_.word<std::uint64_t>(header::kHeartbeat).load();
    const auto members = memory_.word<std::uint64_t>(at_ + queue::kMembers);
    const std::uint32_t late = overdue(members.load());
    for (std::uint32_t place = 0; place < kMaxSubscribers; ++place) {
        const auto timeout = timeout_of(place);
        if ((late & bit(place)) != 0 && timeout.load() < now) {
            members.fetch_and(~both(bit(place)));
            timeout.store(0);
            client_of(place).store(0);
        }
    }
}

bool MessageQueue::owns_place() const {
    return client_of(*place_).load() == client_;
}

/// What find() saw may have been a predecessor's, of a producer that was just starting.
bool MessageQueue::is_where_it_was() const {
    return memory_.word<std::uint32_t>(at_ + queue::kSlots).load() == slots_ &&
           memory_.word<std::uint32_t>(at_ + queue::kRing).load() == ring_;
}

void MessageQueue::leave() {
    if (!place_) {
        return;
    }
    const TriedLock lock(memory_.word<std::uint32_t>(at_ + queue::kLock), kTriesAtTheEnd);
    const auto members = memory_.word<std::uint64_t>(at_ + queue::kMembers);
    if (lock.is_held() && owns_place() && (overdue(members.load()) & bit(*place_)) == 0) {
        members.fetch_and(~both(bit(*place_)));
        timeout_of(*place_).store(0);
        client_of(*place_).store(0);
    }
    place_.reset();
}

Result<MessageQueue::Polled, RegionFault> MessageQueue::poll() {
    ORIEL_ASSERT(place_);
    const std::uint64_t members = memory_.word<std::uint64_t>(at_ + queue::kMembers).load();
    if ((subscribed(members) & bit(*place_)) == 0 || !owns_place()) {
        place_.reset();
        return Polled{.poll = Poll::Lost};
    }
    if (!is_where_it_was()) {
        leave();
        return Polled{.poll = Poll::Lost};
    }
    if ((overdue(members) & bit(*place_)) != 0) {
        place_.reset();
        return Polled{.poll = Poll::Overdue};
    }
    const auto newest = position();
    if (!newest) {
        return Failure(RegionFault::BadQueue);
    }
    if (*newest == next_) {
        return Polled{};
    }
    const std::uint32_t slot = next_;
    next_ = after(next_);
    const auto message = memory_.copy<Message>(slot_at(slot));
    ORIEL_ASSERT(message);  // find() checked the ring.
    return Polled{Poll::Message, slot, *message};
}

void MessageQueue::finish(std::uint32_t slot) {
    ORIEL_ASSERT(place_ && slot < slots_);
    if (!owns_place()) {
        return;  // Stopped for seconds, we lost it: the bit would be somebody else's.
    }
    const std::uint64_t pending = slot_at(slot) + offsetof(Message, pending);
    const std::uint32_t before = memory_.word<std::uint32_t>(pending).fetch_and(~bit(*place_));
    if (before == bit(*place_)) {
        pop(slot);
    }
}

/// The last one to finish removes the message where it can do so at once; else the producer will,
/// within 10 ms.
void MessageQueue::pop(std::uint32_t slot) {
    const TriedLock lock(memory_.word<std::uint32_t>(at_ + queue::kLock), 1);
    const auto start = memory_.word<std::uint32_t>(at_ + queue::kStart);
    const auto count = memory_.word<std::uint32_t>(at_ + queue::kCount);
    if (!lock.is_held() || start.load() != slot || count.load() == 0) {
        return;
    }
    const std::uint64_t patience = std::min<std::uint64_t>(
        memory_.word<std::uint32_t>(at_ + queue::kPatience).load(), kMostPatienceMs);
    const std::uint64_t now = memory_.word<std::uint64_t>(header::kHeartbeat).load();
    start.store(after(slot));
    count.fetch_sub(1);
    memory_.word<std::uint64_t>(at_ + queue::kDeadline).store(now + patience);
}

Result<std::optional<Message>, RegionFault> MessageQueue::latest() const {
    const auto newest = position();
    if (!newest) {
        return Failure(RegionFault::BadQueue);
    }
    // A producer that starts clears this word, not the ring; the first message that it posts sets
    // it.
    if (memory_.word<std::uint64_t>(at_ + queue::kDeadline).load() == 0) {
        return std::nullopt;
    }
    const auto message = memory_.copy<Message>(slot_at(*newest == 0 ? slots_ - 1 : *newest - 1));
    return message && message->size != 0 ? message : std::nullopt;
}

std::uint32_t MessageQueue::members() const {
    const std::uint64_t members = memory_.word<std::uint64_t>(at_ + queue::kMembers).load();
    return subscribed(members) & ~overdue(members);
}

}  // namespace oriel::looking_glass
