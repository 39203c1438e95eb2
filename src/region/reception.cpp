// SPDX-License-Identifier: MIT
#include "region/reception.h"

#include <array>
#include <cerrno>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"

namespace oriel {
namespace {

constexpr Nanoseconds kHelloLimit = std::chrono::seconds(2);

/// At most so many at once, so that a crowd at the door does not keep those inside waiting.
constexpr int kAcceptsPerRound = 16;

void refuse(const UniqueFd& socket, const Answer& answer) {
    static_cast<void>(send_answer(socket, answer, {}));
}

}  // namespace

Result<void> send_answer(const UniqueFd& socket, const Answer& answer, std::span<const int> fds) {
    return send_with_fds(socket, encode_answer(answer), fds);
}

Reception::Reception(PollLoop& loop,
                     UniqueFd listener,
                     PeerAccess access,
                     std::function<void(Caller)> on_caller)
    : loop_(loop),
      listener_(std::move(listener)),
      access_(access),
      on_caller_(std::move(on_caller)),
      listener_watch_(loop_.watch(listener_.get(), [this] { accept(); })),
      deadline_timer_(loop_.add_timer([this] { drop_late(); })) {}

Reception::~Reception() {
    loop_.remove(listener_watch_);
    loop_.remove(deadline_timer_);
    for (const Silent& silent : silent_) {
        loop_.remove(silent.watch);
    }
}

void Reception::accept() {
    for (int i = 0; i < kAcceptsPerRound; ++i) {
        UniqueFd socket = accept_unix(listener_);
        if (!socket) {
            break;
        }
        auto identity = peer_identity(socket);
        if (!identity) {
            continue;
        }
        if (silent_.size() >= kMaxSilent) {
            static_cast<void>(take(silent_.begin()));
        }
        const int fd = socket.get();
        const auto place = silent_.insert(silent_.end(),
                                          Silent{std::move(socket),
                                                 std::move(*identity),
                                                 PollLoop::Id{},
                                                 monotonic_now() + kHelloLimit});
        if (is_admitted(place->identity, access_)) {
            place->watch = loop_.watch(fd, [this, place] { read_hello(place); });
        } else {
            refuse_stranger(*place);
        }
    }
    arm_deadline();
}

/// Nothing of what it says is read. It keeps its connection for as long as one who says nothing:
/// closed over a hello, or before it, that would cost it the answer.
void Reception::refuse_stranger(const Silent& stranger) {
    Answer answer;
    answer.status = AnswerStatus::NotAllowed;
    answer.text = fmt::format("user {} may not use this region", stranger.identity.uid);
    log(LogLevel::Warning,
        fmt::format("process {} of user {} was refused: not the owner's, not in the group",
                    stranger.identity.pid,
                    stranger.identity.uid));
    refuse(stranger.socket, answer);
}

void Reception::read_hello(Place place) {
    std::array<std::byte, kMaxPeerPacket> buffer{};
    auto received = receive_with_fds(place->socket, buffer);
    if (!received && received.error().os_code == EAGAIN) {
        return;
    }
    Silent silent = take(place);
    if (!received || received->size == 0) {
        return;
    }
    std::vector<UniqueFd> fds = std::move(received->fds);
    judge(std::move(silent), *received, std::span(buffer).first(received->size), std::move(fds));
}

void Reception::judge(Silent silent,
                      const Received& received,
                      std::span<const std::byte> bytes,
                      std::vector<UniqueFd> fds) {
    Answer answer;
    const auto hello = decode_hello(bytes);
    if (!hello) {
        answer = refusal_of(hello.error());
    } else if (received.truncated || fds.size() != hello_fd_count(*hello)) {
        answer.status = AnswerStatus::BadHello;
        answer.text = "the hello came with the wrong number of descriptors";
    }
    if (answer.status != AnswerStatus::Served) {
        log(LogLevel::Debug,
            fmt::format("process {} was refused: {}", silent.identity.pid, answer.text));
        return refuse(silent.socket, answer);
    }
    on_caller_(
        Caller{std::move(silent.socket), std::move(silent.identity), *hello, std::move(fds)});
}

Reception::Silent Reception::take(Place place) {
    loop_.remove(place->watch);
    Silent silent = std::move(*place);
    silent_.erase(place);
    return silent;
}

void Reception::drop_late() {
    const Nanoseconds now = monotonic_now();
    while (!silent_.empty() && silent_.front().deadline <= now) {
        log(LogLevel::Debug,
            fmt::format("process {} had its time at the door", silent_.front().identity.pid));
        static_cast<void>(take(silent_.begin()));
    }
    arm_deadline();
}

void Reception::arm_deadline() {
    if (!silent_.empty()) {
        loop_.arm_at(deadline_timer_, silent_.front().deadline);
    }
}

}  // namespace oriel
