// SPDX-License-Identifier: MIT
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "region/broker.h"
#include "region/process_memory.h"

namespace oriel {
namespace {

/// How often a waiting broker looks whether those it waits for still live.
constexpr Nanoseconds kLookPeriod = std::chrono::milliseconds(100);

/// Says so where a service manager did not take what was left with it.
bool is_kept(const Result<void>& left) {
    if (!left) {
        log(LogLevel::Warning,
            left.error().message + "; a later broker has to ask others for what is in use now");
    }
    return left.has_value();
}

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
        log(LogLevel::Info,
            unfit_.empty() ? "nobody brought the earlier memory back"
                           : unfit_ + ": it makes new memory");
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
    if (auto vm = folder_->peers().running_vm()) {
        const pid_t pid = vm->pid;
        if (const auto taken = take_up_from(std::move(*vm)); taken) {
            return {};
        }
        log(LogLevel::Warning,
            fmt::format("process {}, the virtual machine of an earlier broker, keeps memory of its "
                        "own and will not be seen: start it anew",
                        pid));
        folder_->peers().note_vm(std::nullopt);
    }
    ORIEL_TRY_ASSIGN(BrokerMemory memory, BrokerMemory::create(options_));
    ORIEL_TRY_ASSIGN(Doorbells doorbells, Doorbells::create(Doorbells::Life::Fresh));
    assets_ = std::make_unique<Assets>(std::move(memory), std::move(doorbells));
    keep_for_the_next();
    return {};
}

bool Broker::take_up_kept() {
    if (!service_.memory) {
        return false;
    }
    auto memory = BrokerMemory::take_up(std::move(service_.memory), service_.instance, options_);
    auto doorbells = Doorbells::create(Doorbells::Life::TakenUp);
    if (!memory || !doorbells) {
        log(LogLevel::Warning,
            fmt::format("what an earlier broker left is of no use: {}",
                        memory ? doorbells.error().message : memory.error().message));
        if (service_.manager != nullptr) {
            static_cast<void>(service_.manager->forget(kept_memory_name(service_.instance)));
        }
        return false;
    }
    for (unsigned place = 0; place < PeerLocks::kPlaces; ++place) {
        if (is_event_fd(service_.doorbells[place])) {
            doorbells->take_back(place, std::move(service_.doorbells[place]));
        }
    }
    assets_ = std::make_unique<Assets>(std::move(*memory), std::move(*doorbells));
    keep_for_the_next();
    if (auto vm = folder_->peers().running_vm()) {
        adopt(std::move(*vm));
    }
    return true;
}

void Broker::keep_for_the_next() const {
    if (service_.manager == nullptr) {
        return;
    }
    const BrokerMemory& memory = assets_->memory;
    if (is_kept(service_.manager->keep(kept_memory_name(memory.instance()), memory.fd()))) {
        constexpr std::uint32_t kAll = (1U << PeerLocks::kPlaces) - 1;
        keep_doorbells(kAll);
    }
}

/// Gives up at the first that the manager does not take: each could wait for it.
void Broker::keep_doorbells(std::uint32_t places) const {
    if (service_.manager == nullptr) {
        return;
    }
    for (unsigned place = 0; place < PeerLocks::kPlaces; ++place) {
        if ((places >> place & 1U) == 0) {
            continue;
        }
        const UniqueFd& doorbell = assets_->doorbells.at(place);
        if (!is_kept(service_.manager->keep(kept_doorbell_name(place), doorbell))) {
            return;
        }
    }
}

Result<void> Broker::take_up_from(PeerLocks::Vm vm) {
    UniqueFd memory = memory_of_process(vm.pid, BrokerMemory::file_name(options_.name));
    if (!memory) {
        return Failure(Error::not_found("the virtual machine's memory cannot be opened"));
    }
    ORIEL_TRY(take_up(std::move(memory), std::nullopt));
    adopt(std::move(vm));
    return {};
}

Result<void> Broker::take_up(UniqueFd brought, std::optional<std::uint64_t> instance) {
    auto memory = BrokerMemory::take_up(std::move(brought), instance, options_);
    if (!memory) {
        unfit_ = memory.error().message;
        return Failure(memory.error());
    }
    ORIEL_TRY_ASSIGN(Doorbells doorbells, Doorbells::create(Doorbells::Life::TakenUp));
    assets_ = std::make_unique<Assets>(std::move(*memory), std::move(doorbells));
    keep_for_the_next();
    return {};
}

void Broker::adopt(PeerLocks::Vm vm) {
    const pid_t pid = vm.pid;
    vm_->adopt(std::move(vm));
    tell(BrokerEvent::Kind::PeerReturned, BrokerEvent::Peer::Vm, 0, pid);
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
