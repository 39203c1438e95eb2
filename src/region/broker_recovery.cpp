// SPDX-License-Identifier: MIT
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "region/broker.h"

namespace oriel {
namespace {

/// How often a waiting broker looks whether those it waits for still live.
constexpr Nanoseconds kLookPeriod = std::chrono::milliseconds(100);

}  // namespace

std::uint32_t Broker::survivors() {
    if (survivors_ != 0) {
        survivors_ &= folder_->peers().held();
    }
    return survivors_;
}

void Broker::look_for_survivors() {
    if (survivors() == 0 || monotonic_now() >= waits_until_) {
        end_waiting();
    } else {
        loop_.arm(survivors_timer_, kLookPeriod);
    }
}

void Broker::end_waiting() {
    loop_.disarm(survivors_timer_);
    if (!assets_) {
        log(LogLevel::Info, "nobody brought the earlier memory back: the region starts anew");
        if (const auto made = make_memory(); !made) {
            state_ = State::Failed;
            waiting_.clear();
            if (on_event_) {
                on_event_(
                    BrokerEvent{.kind = BrokerEvent::Kind::Failed, .error = made.error().message});
            }
            return;
        }
    }
    start_serving();
}

Result<void> Broker::make_memory() {
    ORIEL_TRY_ASSIGN(BrokerMemory memory, BrokerMemory::create(options_));
    ORIEL_TRY_ASSIGN(Doorbells doorbells, Doorbells::create(Doorbells::Life::Fresh));
    assets_.emplace(Assets{std::move(memory), std::move(doorbells)});
    if (const auto vm = folder_->peers().running_vm()) {
        log(LogLevel::Warning,
            fmt::format("process {}, the virtual machine of an earlier broker, keeps its own "
                        "memory and will not be seen: start it anew",
                        vm->pid));
        folder_->peers().note_vm(std::nullopt);
    }
    return {};
}

Result<void> Broker::take_up(Caller& caller) {
    ORIEL_TRY_ASSIGN(
        BrokerMemory memory,
        BrokerMemory::take_up(
            std::move(caller.fds[hello_fds::kMemory]), caller.hello.instance, options_));
    ORIEL_TRY_ASSIGN(Doorbells doorbells, Doorbells::create(Doorbells::Life::TakenUp));
    assets_.emplace(Assets{std::move(memory), std::move(doorbells)});
    if (auto vm = folder_->peers().running_vm()) {
        const pid_t pid = vm->pid;
        vm_->adopt(std::move(*vm));
        tell(BrokerEvent::Kind::PeerReturned, BrokerEvent::Peer::Vm, 0, pid);
    }
    return {};
}

void Broker::start_serving() {
    state_ = State::Serving;
    update_status();
    vm_->open();
    tell(BrokerEvent::Kind::Serving, BrokerEvent::Peer::None, 0, 0);
    for (Caller& caller : std::exchange(waiting_, {})) {
        serve(std::move(caller));
    }
}

}  // namespace oriel
