// SPDX-License-Identifier: MIT
#include "region/broker_region.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>

#include "base/linux/event_fd.h"
#include "base/log.h"
#include "region/broker_connection.h"
#include "region/broker_memory.h"

namespace oriel {
namespace {

using PeerPacket = std::array<std::byte, kMaxPeerPacket>;

/// Blocks: until something is there to read, at most until the limit.
bool becomes_readable(const UniqueFd& fd, Nanoseconds limit) {
    const Nanoseconds deadline = monotonic_now() + limit;
    while (true) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::max(Nanoseconds(0), deadline - monotonic_now()));
        pollfd entry{fd.get(), POLLIN, 0};
        const int ready = ::poll(&entry, 1, static_cast<int>(left.count()));
        if (ready > 0 || (ready == 0 && left.count() == 0) || (ready < 0 && errno != EINTR)) {
            return ready > 0;
        }
    }
}

/// Nobody can cut the memory short under us, and it has the size that was told.
Result<void> check_memory(const UniqueFd& memory, std::uint64_t size) {
    const int seals = ::fcntl(memory.get(), F_GET_SEALS);
    struct stat info{};
    if (seals < 0 || (seals & F_SEAL_SHRINK) == 0 || ::fstat(memory.get(), &info) != 0 ||
        info.st_size < 0 || static_cast<std::uint64_t>(info.st_size) != size) {
        return Failure(Error::protocol("the broker lent memory that is not what it said"));
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Region>> BrokerRegion::open(const std::string& socket,
                                                   const std::string& description,
                                                   Role role) {
    ORIEL_TRY_ASSIGN(const UniqueFd connection, connect_to_broker(socket, description));
    ORIEL_TRY_ASSIGN(StableFd stable, StableFd::create());
    ORIEL_TRY_ASSIGN(StableFd doorbell, StableFd::create());
    std::unique_ptr<BrokerRegion> region(
        new BrokerRegion(socket, description, std::move(stable), std::move(doorbell)));
    region->role_ = role;
    ORIEL_TRY(send_with_fds(connection, encode_hello(Hello{.role = role}), {}));
    if (!becomes_readable(connection, kAnswerLimit)) {
        return Failure(
            Error::busy(fmt::format("the broker of region '{}' does not answer", description)));
    }
    PeerPacket packet{};
    ORIEL_TRY_ASSIGN(Received received, receive_with_fds(connection, packet));
    const auto bytes = std::span(packet).first(received.size);
    ORIEL_TRY_ASSIGN(Lent lent, check_answer(std::move(received), bytes, role));
    if (lent.answer.status != AnswerStatus::Served) {
        return Failure(refusal_error(lent.answer));
    }
    ORIEL_TRY(region->take(std::move(lent)));
    region->connection_.lead_to(connection);
    return region;
}

/// A refusal is an answer too; one that serves has all its descriptors, and they are what they
/// should be.
Result<BrokerRegion::Lent> BrokerRegion::check_answer(Received received,
                                                      std::span<const std::byte> bytes,
                                                      Role role) {
    if (received.size == 0) {
        return Failure(Error::not_found("the broker ended while it was asked"));
    }
    auto answer = decode_answer(bytes);
    if (!answer) {
        return Failure(
            Error::protocol("the broker's answer makes no sense: update one of the two"));
    }
    Lent lent{std::move(*answer), std::move(received.fds)};
    if (lent.answer.status != AnswerStatus::Served) {
        return lent;
    }
    if (received.truncated || lent.fds.size() != answer_fd_count(role)) {
        return Failure(Error::protocol("the broker's answer came without its descriptors"));
    }
    ORIEL_TRY(check_memory(lent.fds[answer_fds::kMemory], lent.answer.region_size));
    for (std::size_t i = answer_fds::kOwnDoorbell; i < lent.fds.size(); ++i) {
        if (i != answer_fds::kLock && !is_event_fd(lent.fds[i])) {
            return Failure(Error::protocol("the broker lent a doorbell that is none"));
        }
    }
    return lent;
}

Result<void> BrokerRegion::take(Lent lent) {
    UniqueFd memory = std::move(lent.fds[answer_fds::kMemory]);
    const Access access = role_ == Role::Watch ? Access::ReadOnly : Access::ReadWrite;
    ORIEL_TRY_ASSIGN(memory_, MappedMemory::map(memory, access, "region " + description_));
    struct stat info{};
    if (::fstat(memory.get(), &info) != 0) {
        return Failure(Error::system("examine region " + description_, errno));
    }
    device_ = info.st_dev;
    inode_ = info.st_ino;
    instance_ = lent.answer.instance;
    viewer_index_ = lent.answer.viewer_index;
    input_uri_ = std::move(lent.answer.input_uri);
    doorbell_state_ = lent.answer.doorbell;
    if (role_ != Role::Watch) {
        fd_ = std::move(memory);
        take_doorbells(lent.fds);
    }
    return {};
}

void BrokerRegion::take_doorbells(std::vector<UniqueFd>& fds) {
    doorbell_.lead_to(fds[answer_fds::kOwnDoorbell]);
    lock_ = std::move(fds[answer_fds::kLock]);
    if (role_ == Role::Show) {
        publisher_doorbell_ = std::move(fds[answer_fds::kPublisherDoorbell]);
        return;
    }
    const auto first = fds.begin() + answer_fds::kFirstViewerDoorbell;
    std::move(first, fds.end(), viewer_doorbells_.begin());
}

int BrokerRegion::doorbell_handle() const {
    const bool rings = role_ != Role::Watch && doorbell_state_ == DoorbellState::Rings;
    return rings ? doorbell_.number() : -1;
}

std::uint64_t BrokerRegion::drain_doorbell() noexcept {
    return drain_event_fd(doorbell_.fd());
}

void BrokerRegion::ring_viewers(std::uint32_t bits) noexcept {
    for (std::size_t viewer = 0; viewer < viewer_doorbells_.size(); ++viewer) {
        if ((bits >> viewer & 1U) != 0 && viewer_doorbells_[viewer]) {
            ring_event_fd(viewer_doorbells_[viewer]);
        }
    }
}

void BrokerRegion::ring_publisher() noexcept {
    if (publisher_doorbell_) {
        ring_event_fd(publisher_doorbell_);
    }
}

void BrokerRegion::serve_connection() {
    switch (link_) {
    case Link::Served:
        return see_end_of_broker();
    case Link::Alone:
        return has_asked_ ? read_answer() : try_to_return();
    case Link::Replaced:
        return;
    }
}

void BrokerRegion::see_end_of_broker() {
    PeerPacket packet{};
    const auto received = receive_with_fds(connection_.fd(), packet);
    if (!received && received.error().os_code == EAGAIN) {
        return;
    }
    log(LogLevel::Debug,
        fmt::format("the broker of region '{}' is gone; going on without it", description_));
    go_on_alone();
}

void BrokerRegion::go_on_alone() {
    // Closes the old connection, and keeps a loop that polls the number asleep.
    connection_.lead_nowhere();
    link_ = Link::Alone;
    has_asked_ = false;
}

void BrokerRegion::try_to_return() {
    // Not even where a crowd waits at the socket: frames flow meanwhile, and there is a next tick.
    const auto connection = connect_unix_now(socket_, SocketKind::Packets);
    if (!connection || !say_hello(*connection)) {
        return;
    }
    connection_.lead_to(*connection);
    has_asked_ = true;
}

Result<void> BrokerRegion::say_hello(const UniqueFd& connection) const {
    Hello hello{.role = role_};
    if (role_ == Role::Watch) {
        return send_with_fds(connection, encode_hello(hello), {});
    }
    hello.kind = Hello::Kind::Returning;
    hello.viewer_index = viewer_index_;
    hello.instance = instance_;
    hello.doorbell = doorbell_state_;
    std::vector<int> fds{fd_.get(), doorbell_.number()};
    if (role_ == Role::Show) {
        fds.push_back(publisher_doorbell_.get());
    } else {
        std::ranges::transform(viewer_doorbells_, std::back_inserter(fds), [](const UniqueFd& fd) {
            return fd.get();
        });
    }
    return send_with_fds(connection, encode_hello(hello), fds);
}

void BrokerRegion::read_answer() {
    PeerPacket packet{};
    auto received = receive_with_fds(connection_.fd(), packet);
    if (!received) {
        return received.error().os_code == EAGAIN ? void() : go_on_alone();
    }
    const auto bytes = std::span(packet).first(received->size);
    auto lent = check_answer(std::move(*received), bytes, role_);
    if (!lent && lent.error().kind == ErrorKind::NotFound) {
        return go_on_alone();
    }
    if (!lent || !is_same_memory(*lent)) {
        // Also where it was refused: who opens the region anew is told why.
        log(LogLevel::Debug,
            fmt::format("the new broker of region '{}' does not go on with this memory",
                        description_));
        connection_.lead_nowhere();
        // Its place in other memory is nobody's to wait for.
        lock_.reset();
        link_ = Link::Replaced;
        return;
    }
    if (role_ != Role::Watch) {
        take_doorbells(lent->fds);
        doorbell_state_ = lent->answer.doorbell;
    }
    input_uri_ = std::move(lent->answer.input_uri);
    log(LogLevel::Debug, fmt::format("the broker of region '{}' is back", description_));
    link_ = Link::Served;
    has_asked_ = false;
}

bool BrokerRegion::is_same_memory(const Lent& lent) const {
    struct stat info{};
    return lent.answer.status == AnswerStatus::Served &&
           lent.answer.viewer_index == viewer_index_ &&
           ::fstat(lent.fds[answer_fds::kMemory].get(), &info) == 0 && info.st_dev == device_ &&
           info.st_ino == inode_;
}

}  // namespace oriel
