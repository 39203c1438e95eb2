// SPDX-License-Identifier: MIT
#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "region/broker.h"

namespace oriel {

void Broker::receive(Caller caller) {
    if (state_ == State::Failed) {
        return refuse(caller, AnswerStatus::Busy, "the broker has no memory and is ending");
    }
    if (caller.hello.kind == Hello::Kind::Returning) {
        return serve_returning(std::move(caller));
    }
    if (state_ == State::Serving) {
        return serve(std::move(caller));
    }
    if (waiting_.size() >= kMaxWaiting) {
        return refuse(caller, AnswerStatus::Busy, "too many wait for this region to be taken up");
    }
    waiting_.push_back(std::move(caller));
}

void Broker::serve(Caller caller) {
    switch (caller.hello.role) {
    case Role::Watch:
        return serve_watcher(std::move(caller));
    case Role::Show:
        return serve_new_viewer(std::move(caller));
    case Role::Publish:
        return serve_new_publisher(std::move(caller));
    }
}

void Broker::serve_watcher(Caller caller) {
    if (watchers_.size() >= kMaxWatchers) {
        return refuse(caller,
                      AnswerStatus::Busy,
                      fmt::format("region '{}' is watched by {} processes already: end one",
                                  options_.name,
                                  kMaxWatchers));
    }
    auto memory = assets_->memory.reopen_read_only();
    if (!memory) {
        return refuse(caller, AnswerStatus::NotAllowed, memory.error().message);
    }
    const int fd = memory->get();
    if (!send_answer(caller.socket, serving_answer(), std::span(&fd, 1))) {
        return;
    }
    const pid_t pid = caller.identity.pid;
    const auto place =
        watchers_.insert(watchers_.end(), Peer{std::move(caller.socket), pid, PollLoop::Id{}});
    place->watch = loop_.watch(place->socket.get(), [this, place, pid] {
        loop_.remove(place->watch);
        watchers_.erase(place);
        tell(BrokerEvent::Kind::PeerGone, BrokerEvent::Peer::Watcher, 0, pid);
    });
    tell(BrokerEvent::Kind::PeerConnected, BrokerEvent::Peer::Watcher, 0, pid);
}

void Broker::serve_new_viewer(Caller caller) {
    const auto index = free_viewer_index();
    if (!index) {
        return refuse(
            caller,
            AnswerStatus::Busy,
            fmt::format(
                "region '{}' has {} viewers already: close one", options_.name, abi::kMaxViewers));
    }
    assets_->memory.clear_viewer(*index);
    assets_->doorbells.clear(*index);
    lend(std::move(caller), *index);
}

std::optional<unsigned> Broker::free_viewer_index() {
    const std::uint32_t taken = survivors();
    std::optional<unsigned> found;
    for (unsigned index = 0; index < abi::kMaxViewers; ++index) {
        if (has(index) || (taken >> index & 1U) != 0) {
            continue;
        }
        if (!assets_->doorbells.is_unknown(index)) {
            return index;
        }
        found = found.value_or(index);
    }
    return found;
}

void Broker::serve_new_publisher(Caller caller) {
    if (const std::string why = why_no_publisher(); !why.empty()) {
        return refuse(caller, AnswerStatus::Busy, why);
    }
    assets_->doorbells.clear(PeerLocks::kPublisher);
    lend(std::move(caller), PeerLocks::kPublisher);
}

std::string Broker::why_no_publisher() {
    if (has(PeerLocks::kPublisher)) {
        return fmt::format("region '{}' has a publisher already: process {}",
                           options_.name,
                           peers_[PeerLocks::kPublisher].pid);
    }
    if (vm_->is_connected()) {
        return fmt::format(
            "region '{}' belongs to a virtual machine, process {}: its guest agent publishes there",
            options_.name,
            vm_->pid());
    }
    if ((survivors() >> PeerLocks::kPublisher & 1U) != 0) {
        return fmt::format("region '{}' has a publisher already, which does not answer: end it",
                           options_.name);
    }
    return "";
}

void Broker::serve_returning(Caller caller) {
    const auto doorbells = std::span(caller.fds).subspan(hello_fds::kOwnDoorbell);
    if (!std::ranges::all_of(doorbells, is_event_fd)) {
        return refuse(caller, AnswerStatus::BadHello, "a doorbell brought back is no eventfd");
    }
    const unsigned place =
        caller.hello.role == Role::Publish ? PeerLocks::kPublisher : caller.hello.viewer_index;
    if (const auto fits = fit_memory(caller, place); !fits) {
        refuse(caller, AnswerStatus::Replaced, fits.error().message);
    } else {
        // Proven by its memory; of any other, the lock of its place has to say that it is gone.
        survivors_ &= ~(1U << place);
        take_back_doorbells(caller, place);
        lend(std::move(caller), place);
    }
    if (state_ == State::WaitingForSurvivors) {
        look_for_survivors();
    }
}

Result<void> Broker::fit_memory(Caller& caller, unsigned place) {
    if (!assets_) {
        ORIEL_TRY(take_up(std::move(caller.fds[hello_fds::kMemory]), caller.hello.instance));
        if (auto vm = folder_->peers().running_vm()) {
            adopt(std::move(*vm));
        }
        return {};
    }
    if (has(place) || !assets_->memory.is_same(caller.fds[hello_fds::kMemory])) {
        return Failure(Error::protocol("this broker serves other memory by now"));
    }
    return {};
}

void Broker::take_back_doorbells(Caller& caller, unsigned place) {
    Doorbells& doorbells = assets_->doorbells;
    std::uint32_t taken = 0;
    const auto take_back = [&](unsigned of, std::size_t brought) {
        if (doorbells.take_back(of, std::move(caller.fds[brought]))) {
            taken |= 1U << of;
        }
    };
    take_back(place, hello_fds::kOwnDoorbell);
    if (place != PeerLocks::kPublisher) {
        take_back(PeerLocks::kPublisher, hello_fds::kPublisherDoorbell);
        if (caller.hello.doorbell == DoorbellState::Silent) {
            doorbells.is_not_known(place);
        }
    } else {
        for (unsigned viewer = 0; viewer < abi::kMaxViewers; ++viewer) {
            take_back(viewer, hello_fds::kFirstViewerDoorbell + viewer);
        }
    }
    keep_doorbells(taken);
}

void Broker::lend(Caller caller, unsigned place) {
    auto lock = folder_->peers().lend(place);
    if (!lock) {
        return refuse(caller, AnswerStatus::Busy, lock.error().message);
    }
    Doorbells& doorbells = assets_->doorbells;
    std::vector<int> fds{assets_->memory.fd().get(), doorbells.at(place).get(), lock->get()};
    Answer answer = serving_answer();
    if (place == PeerLocks::kPublisher) {
        for (unsigned viewer = 0; viewer < abi::kMaxViewers; ++viewer) {
            fds.push_back(doorbells.at(viewer).get());
        }
    } else {
        fds.push_back(doorbells.at(PeerLocks::kPublisher).get());
        answer.viewer_index = place;
        answer.input_uri = options_.input_uri;
        answer.doorbell = doorbells.is_unknown(place) && vm_->is_connected() ? DoorbellState::Silent
                                                                             : DoorbellState::Rings;
    }
    const auto kind = caller.hello.kind == Hello::Kind::Returning
                          ? BrokerEvent::Kind::PeerReturned
                          : BrokerEvent::Kind::PeerConnected;
    const pid_t pid = caller.identity.pid;
    // Before the answer: the peer finds itself in the page.
    keep(place, std::move(caller));
    update_status();
    if (const auto sent = send_answer(peers_[place].socket, answer, fds); !sent) {
        log(LogLevel::Warning, fmt::format("process {}: {}", pid, sent.error().message));
        drop(place);
        return;
    }
    if (place == PeerLocks::kPublisher) {
        doorbells.all_are_known();
        ring_viewers();
    } else {
        ring_publisher();
    }
    tell_of(kind, place, pid);
}

void Broker::refuse(const Caller& caller, AnswerStatus status, const std::string& text) const {
    log(LogLevel::Debug, fmt::format("process {} was refused: {}", caller.identity.pid, text));
    Answer answer;
    answer.status = status;
    answer.text = text;
    static_cast<void>(send_answer(caller.socket, answer, {}));
}

Answer Broker::serving_answer() const {
    Answer answer;
    answer.region_size = assets_->memory.size();
    answer.instance = assets_->memory.instance();
    return answer;
}

}  // namespace oriel
