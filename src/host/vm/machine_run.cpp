// SPDX-License-Identifier: MIT
#include "host/vm/machine_run.h"

#include <cerrno>

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/output.h"
#include "host/broker_text.h"
#include "host/machine/line_socket.h"
#include "host/vm/vm_arguments.h"

namespace oriel {
namespace {

constexpr Nanoseconds kConnectLimit = std::chrono::milliseconds(200);
constexpr Nanoseconds kQuitLimit = std::chrono::seconds(3);

/// Readable once the process has ended.
Result<UniqueFd> process_descriptor(pid_t pid) {
    UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!fd) {
        return Failure(Error::system("watch QEMU", errno));
    }
    return fd;
}

/// Of `oriel status` and the like only whoever wants to know it all is told.
void tell(const BrokerEvent& event, const char* what) {
    const bool is_watcher = event.peer == BrokerEvent::Peer::Watcher;
    log(is_watcher ? LogLevel::Debug : LogLevel::Info,
        fmt::format("{} {}", peer_text(event), what));
}

Error without_qemu(const std::string& program) {
    return Error::not_found(
        fmt::format("no program {}: install qemu-system-x86 (Debian, Ubuntu), qemu-kvm (Fedora, "
                    "openSUSE) or qemu-base (Arch)",
                    program));
}

}  // namespace

Result<std::unique_ptr<MachineRun>> MachineRun::start(PollLoop& loop,
                                                      const BrokerOptions& region,
                                                      std::vector<std::string> command,
                                                      std::string introduction) {
    std::unique_ptr<MachineRun> run(
        new MachineRun(loop, region, std::move(command), std::move(introduction)));
    MachineRun* const self = run.get();
    ORIEL_TRY_ASSIGN(run->broker_, Broker::start(loop, region, [self](const BrokerEvent& event) {
                         self->take(event);
                     }));
    return run;
}

MachineRun::~MachineRun() {
    if (watch_) {
        loop_.remove(*watch_);
    }
    if (qemu_ && !qemu_->has_ended()) {
        ask_to_quit();
        static_cast<void>(qemu_->wait(kQuitLimit));
    }
    qemu_.reset();
    // Before the broker, which removes the folder.
    static_cast<void>(::unlink(spice_socket(region_.folder).c_str()));
    static_cast<void>(::unlink(monitor_socket(region_.folder).c_str()));
}

void MachineRun::take(const BrokerEvent& event) {
    switch (event.kind) {
    case BrokerEvent::Kind::Serving:
        if (const auto started = start_qemu(); !started) {
            failure_ = started.error();
            loop_.stop();
        }
        return;
    case BrokerEvent::Kind::PeerConnected:
        if (event.peer == BrokerEvent::Peer::Vm) {
            print_line(introduction_);
            return;
        }
        tell(event, "connected");
        return;
    case BrokerEvent::Kind::PeerReturned:
        tell(event, "is back");
        return;
    case BrokerEvent::Kind::PeerGone:
        tell(event, "is gone");
        return;
    case BrokerEvent::Kind::Failed:
        failure_ = Error{ErrorKind::System, 0, event.error};
        loop_.stop();
        return;
    }
}

Result<void> MachineRun::start_qemu() {
    auto child = ChildProgram::start({.label = "virtual machine",
                                      .arguments = command_,
                                      .environment = {},
                                      .complaints = ChildCommand::Complaints::Ours});
    if (!child) {
        return Failure(child.error().kind == ErrorKind::NotFound ? without_qemu(command_.front())
                                                                 : child.error());
    }
    qemu_.emplace(std::move(*child));
    ORIEL_TRY_ASSIGN(qemu_ended_, process_descriptor(qemu_->pid()));
    watch_ = loop_.watch(qemu_ended_.get(), [this] { loop_.stop(); });
    return {};
}

/// Without waiting for answers: what counts is whether it ends.
void MachineRun::ask_to_quit() const {
    auto monitor = LineSocket::connect(monitor_socket(region_.folder), kConnectLimit);
    if (monitor) {
        static_cast<void>(
            monitor->send("{\"execute\":\"qmp_capabilities\"}\n"
                          "{\"execute\":\"quit\"}\n"));
        // Its greeting: hanging up before it reads would lose what was said.
        static_cast<void>(monitor->line(kConnectLimit));
        static_cast<void>(monitor->line(kConnectLimit));
    }
}

std::optional<Error> MachineRun::failure() {
    if (!failure_ && qemu_ && qemu_->has_ended() && qemu_->exit_code() != 0) {
        failure_ = Error{
            ErrorKind::System,
            0,
            fmt::format("QEMU ended with code {}: its own words are above", qemu_->exit_code())};
    }
    return failure_;
}

}  // namespace oriel
