// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/poll_loop.h"
#include "base/result.h"
#include "region/broker_folder.h"
#include "region/broker_memory.h"
#include "region/broker_options.h"
#include "region/broker_service.h"
#include "region/doorbells.h"
#include "region/reception.h"
#include "region/vm_link.h"

namespace oriel {

/// Something a broker's owner may want to tell.
struct BrokerEvent {
    enum class Kind : std::uint8_t {
        Serving,  ///< The memory is there; from now on everybody is served.
        PeerConnected,
        PeerReturned,  ///< With what an earlier broker lent it.
        PeerGone,
        Failed,  ///< No memory to serve: nothing more will happen. See `error`.
    };
    enum class Peer : std::uint8_t { None, Vm, Viewer, Watcher, Publisher };

    Kind kind;
    Peer peer = Peer::None;
    unsigned index = 0;  ///< Of a viewer.
    pid_t pid = 0;       ///< 0: not known, as for a process of another pid namespace.
    std::string error;
};

/// Owns one region's memory and doorbells, and lends them to QEMU, viewers and a publisher.
///
/// Started where an earlier broker was killed and peers of it live on, it waits up to
/// kReturnLimit for one to bring the memory back, and then opens what its virtual machine has,
/// before it makes new memory. A broker that is a service leaves memory and doorbells with the
/// service manager; the next one takes them from there, and waits for nobody.
///
/// Lifetime: ends cleanly on destruction; peers keep what they were lent. It removes its files, but
/// for peers.lock (and the folder) while a peer or a virtual machine lives, for a later broker. The
/// loop and what the callback uses must outlive it.
/// Threads: that of the loop. Blocks: never; as a service up to a second whenever it leaves
/// something with a manager that does not read.
class Broker {
  public:
    static constexpr Nanoseconds kReturnLimit = std::chrono::seconds(3);
    static constexpr std::size_t kMaxWatchers = 64;
    static constexpr std::size_t kMaxWaiting = 64;  ///< Newcomers while it waits for survivors.

    using OnEvent = std::function<void(const BrokerEvent&)>;

    /// `on_event` may be called before this returns, and must not destroy the broker.
    /// Errors: Usage (the options), Busy (another broker), System.
    static Result<std::unique_ptr<Broker>> start(PollLoop& loop,
                                                 BrokerOptions options,
                                                 OnEvent on_event,
                                                 BrokerService service = {});

    ~Broker();
    Broker(const Broker&) = delete;
    Broker& operator=(const Broker&) = delete;

    const BrokerOptions& options() const { return options_; }

    /// There is memory, and all are served; else it still waits for survivors (or failed).
    bool is_serving() const { return state_ == State::Serving; }

  private:
    enum class State : std::uint8_t { WaitingForSurvivors, Serving, Failed };

    struct Peer {
        UniqueFd socket;
        pid_t pid = 0;
        PollLoop::Id watch{};
    };

    /// What a broker has to lend.
    struct Assets {
        BrokerMemory memory;
        Doorbells doorbells;
    };

    Broker(PollLoop& loop, BrokerOptions options, OnEvent on_event, BrokerService service);

    // broker.cpp: who is there.
    Result<void> open_sockets();
    struct Door;
    Result<Door> open_door(UniqueFd passed,
                           const std::string& path,
                           SocketKind kind,
                           const std::string& group);
    VmLink::Events vm_events();
    Result<void> set_up_vm(const UniqueFd& socket);
    void keep(unsigned place, Caller caller);
    void end_of(unsigned place);
    void drop(unsigned place);
    void update_status();
    void ring_publisher() const;
    void ring_viewers() const;
    void tell(BrokerEvent::Kind kind, BrokerEvent::Peer peer, unsigned index, pid_t pid) const;
    void tell_of(BrokerEvent::Kind kind, unsigned place, pid_t pid) const;

    bool has(unsigned place) const { return static_cast<bool>(peers_[place].socket); }

    // broker_recovery.cpp: after an earlier broker was killed.
    std::uint32_t survivors();
    void look_for_survivors();
    void end_waiting();
    Result<void> make_memory();
    Result<void> take_up(UniqueFd brought, std::optional<std::uint64_t> instance);
    Result<void> take_up_from(PeerLocks::Vm vm);
    void adopt(PeerLocks::Vm vm);
    bool take_up_kept();
    void keep_for_the_next() const;
    void keep_doorbells(std::uint32_t places) const;
    void start_serving();

    // broker_serving.cpp: what a caller gets.
    void receive(Caller caller);
    void serve(Caller caller);
    void serve_watcher(Caller caller);
    void serve_new_viewer(Caller caller);
    void serve_new_publisher(Caller caller);
    void serve_returning(Caller caller);
    Result<void> fit_memory(Caller& caller, unsigned place);
    void take_back_doorbells(Caller& caller, unsigned place);
    void lend(Caller caller, unsigned place);
    void refuse(const Caller& caller, AnswerStatus status, const std::string& text) const;
    std::optional<unsigned> free_viewer_index();
    std::string why_no_publisher();
    Answer serving_answer() const;

    PollLoop& loop_;
    BrokerOptions options_;
    OnEvent on_event_;
    BrokerService service_;
    State state_ = State::WaitingForSurvivors;
    std::unique_ptr<BrokerFolder> folder_;
    std::unique_ptr<Assets> assets_;  ///< Null while it waits.
    std::unique_ptr<VmLink> vm_;
    std::unique_ptr<Reception> reception_;
    std::array<Peer, PeerLocks::kPlaces> peers_;  ///< Those without a socket are not there.
    std::list<Peer> watchers_;
    std::vector<Caller> waiting_;
    std::uint32_t survivors_ = 0;  ///< Places held since before this broker, not returned yet.
    std::string unfit_;  ///< Why memory that was brought back is not taken up; empty: none was.
    Nanoseconds waits_until_{};
    PollLoop::Id survivors_timer_;
    PollLoop::Id refresh_timer_;
};

}  // namespace oriel
