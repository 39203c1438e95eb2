// SPDX-License-Identifier: MIT
#include "region/broker.h"

#include <utility>

#include <fmt/format.h>

#include "base/linux/event_fd.h"
#include "base/log.h"
#include "region/ivshmem_protocol.h"
#include "region/peer_access.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

/// How soon a saved state that a virtual machine loaded over the broker's page is mended.
constexpr Nanoseconds kRefreshPeriod = std::chrono::seconds(1);

}  // namespace

Broker::Broker(PollLoop& loop, BrokerOptions options, OnEvent on_event, BrokerService service)
    : loop_(loop),
      options_(std::move(options)),
      on_event_(std::move(on_event)),
      service_(std::move(service)),
      survivors_timer_(loop_.add_timer([this] { look_for_survivors(); })),
      refresh_timer_(loop_.add_timer([this] {
          assets_->memory.refresh();
          loop_.arm(refresh_timer_, kRefreshPeriod);
      })) {}

Broker::~Broker() {
    loop_.remove(survivors_timer_);
    loop_.remove(refresh_timer_);
    for (const Peer& peer : peers_) {
        loop_.remove(peer.watch);
    }
    for (const Peer& watcher : watchers_) {
        loop_.remove(watcher.watch);
    }
}

Result<std::unique_ptr<Broker>> Broker::start(PollLoop& loop,
                                              BrokerOptions options,
                                              OnEvent on_event,
                                              BrokerService service) {
    ORIEL_TRY_ASSIGN(options, completed(std::move(options)));
    std::unique_ptr<Broker> broker(
        new Broker(loop, std::move(options), std::move(on_event), std::move(service)));
    ORIEL_TRY(broker->open_sockets());
    broker->survivors_ = broker->folder_->peers().held();
    if (broker->take_up_kept()) {
        broker->start_serving();
    } else if (broker->survivors_ == 0) {
        ORIEL_TRY(broker->make_memory());
        broker->start_serving();
    } else {
        log(LogLevel::Info, "waiting for those that an earlier broker served");
        broker->waits_until_ = monotonic_now() + kReturnLimit;
        broker->look_for_survivors();
    }
    return broker;
}

/// A socket and who may connect to it; for one that was handed over its file says that.
struct Broker::Door {
    UniqueFd listener;
    PeerAccess access;
};

Result<void> Broker::open_sockets() {
    const auto maker = service_.vm_listener || service_.viewer_listener
                           ? BrokerFolder::Maker::ServiceManager
                           : BrokerFolder::Maker::Broker;
    ORIEL_TRY_ASSIGN(folder_, BrokerFolder::take(options_.folder, options_.name, maker));
    const std::string& path = folder_->path();
    if (!(options_.vm_group.empty() && options_.viewer_group.empty()) && !is_system_folder(path)) {
        log(LogLevel::Warning,
            fmt::format("only its owner can enter {}: the groups given have no effect", path));
    }
    ORIEL_TRY_ASSIGN(Door vm,
                     open_door(std::move(service_.vm_listener),
                               vm_socket(path),
                               SocketKind::Stream,
                               options_.vm_group));
    ORIEL_TRY_ASSIGN(Door viewers,
                     open_door(std::move(service_.viewer_listener),
                               viewer_socket(path),
                               SocketKind::Packets,
                               options_.viewer_group));
    vm_ = std::make_unique<VmLink>(loop_, std::move(vm.listener), vm.access, vm_events());
    reception_ = std::make_unique<Reception>(
        loop_, std::move(viewers.listener), viewers.access, [this](Caller caller) {
            receive(std::move(caller));
        });
    return {};
}

Result<Broker::Door> Broker::open_door(UniqueFd passed,
                                       const std::string& path,
                                       SocketKind kind,
                                       const std::string& group) {
    if (passed) {
        ORIEL_TRY_ASSIGN(const PeerAccess access, peer_access_of_file(path));
        return Door{std::move(passed), access};
    }
    ORIEL_TRY_ASSIGN(const PeerAccess access, peer_access(group));
    ORIEL_TRY_ASSIGN(UniqueFd listener, folder_->listen(path, kind, access));
    return Door{std::move(listener), access};
}

VmLink::Events Broker::vm_events() {
    VmLink::Events events;
    events.set_up = [this](const UniqueFd& socket, pid_t pid) {
        // First, for a later broker: from the first descriptor on it may go on without us.
        folder_->peers().note_vm(pid > 0 ? std::optional(pid) : std::nullopt);
        const auto sent = set_up_vm(socket);
        if (!sent) {
            folder_->peers().note_vm(std::nullopt);
        }
        return sent;
    };
    events.connected = [this](pid_t pid) {
        update_status();
        ring_viewers();
        tell(BrokerEvent::Kind::PeerConnected, BrokerEvent::Peer::Vm, 0, pid);
    };
    events.gone = [this](pid_t pid) {
        folder_->peers().note_vm(std::nullopt);
        update_status();
        ring_viewers();
        tell(BrokerEvent::Kind::PeerGone, BrokerEvent::Peer::Vm, 0, pid);
    };
    return events;
}

Result<void> Broker::set_up_vm(const UniqueFd& socket) {
    Doorbells& doorbells = assets_->doorbells;
    if (!has(PeerLocks::kPublisher)) {
        doorbells.clear(PeerLocks::kPublisher);
        ORIEL_TRY(send_ivshmem_setup(
            socket, assets_->memory, doorbells, doorbells.at(PeerLocks::kPublisher)));
    } else {
        log(LogLevel::Warning,
            fmt::format("a virtual machine connects while process {} publishes on the host: its "
                        "guest agent must not run",
                        peers_[PeerLocks::kPublisher].pid));
        // It would take the rings meant for the publisher, so it gets a doorbell nobody rings.
        ORIEL_TRY_ASSIGN(const UniqueFd unused, create_event_fd());
        ORIEL_TRY(send_ivshmem_setup(socket, assets_->memory, doorbells, unused));
    }
    doorbells.all_are_known();
    return {};
}

void Broker::keep(unsigned place, Caller caller) {
    const int fd = caller.socket.get();
    // It has nothing more to say: whatever there is to read, this is its end.
    peers_[place] = Peer{std::move(caller.socket),
                         caller.identity.pid,
                         loop_.watch(fd, [this, place] { end_of(place); })};
}

void Broker::end_of(unsigned place) {
    const pid_t pid = peers_[place].pid;
    drop(place);
    if (place == PeerLocks::kPublisher) {
        ring_viewers();
    } else {
        ring_publisher();
    }
    tell_of(BrokerEvent::Kind::PeerGone, place, pid);
}

void Broker::drop(unsigned place) {
    loop_.remove(peers_[place].watch);
    peers_[place] = Peer{};
    if (place != PeerLocks::kPublisher) {
        assets_->memory.clear_viewer(place);
        assets_->doorbells.clear(place);
    }
    update_status();
}

void Broker::update_status() {
    BrokerStatus status{has(PeerLocks::kPublisher), vm_->is_connected(), 0};
    for (unsigned viewer = 0; viewer < abi::kMaxViewers; ++viewer) {
        if (has(viewer)) {
            status.viewers |= 1U << viewer;
        }
    }
    assets_->memory.set_status(status);
    if (!status.vm) {
        loop_.disarm(refresh_timer_);
    } else if (!loop_.is_armed(refresh_timer_)) {
        loop_.arm(refresh_timer_, kRefreshPeriod);
    }
}

void Broker::ring_publisher() const {
    if (has(PeerLocks::kPublisher) || vm_->is_connected()) {
        assets_->doorbells.ring(PeerLocks::kPublisher);
    }
}

void Broker::ring_viewers() const {
    for (unsigned viewer = 0; viewer < abi::kMaxViewers; ++viewer) {
        if (has(viewer)) {
            assets_->doorbells.ring(viewer);
        }
    }
}

void Broker::tell(BrokerEvent::Kind kind, BrokerEvent::Peer peer, unsigned index, pid_t pid) const {
    if (on_event_) {
        on_event_(BrokerEvent{kind, peer, index, pid, ""});
    }
}

void Broker::tell_of(BrokerEvent::Kind kind, unsigned place, pid_t pid) const {
    const bool publishes = place == PeerLocks::kPublisher;
    tell(kind,
         publishes ? BrokerEvent::Peer::Publisher : BrokerEvent::Peer::Viewer,
         publishes ? 0 : place,
         pid);
}

}  // namespace oriel
