// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/linux/child_program.h"
#include "base/linux/fd.h"
#include "base/poll_loop.h"
#include "base/result.h"
#include "region/broker.h"

namespace oriel {

/// QEMU at a broker of our own, both as long as this object lives.
///
/// Lifetime: ends with QEMU gone and no file left. Should this process be killed, QEMU gets
/// SIGTERM. The loop must outlive it.
/// Threads: the loop's. Blocks: the destructor, until QEMU has ended; it is asked first.
class MachineRun {
  public:
    /// `command` is QEMU's, as machine_arguments() makes it for that region; it is started once
    /// the broker serves, and the loop stops when it has ended.
    /// Errors: as Broker::start().
    static Result<std::unique_ptr<MachineRun>> start(PollLoop& loop,
                                                     const BrokerOptions& region,
                                                     std::vector<std::string> command,
                                                     std::string introduction);

    ~MachineRun();
    MachineRun(const MachineRun&) = delete;
    MachineRun& operator=(const MachineRun&) = delete;

    /// How it ended: nothing where QEMU ended well, or still runs.
    std::optional<Error> failure();

  private:
    MachineRun(PollLoop& loop,
               BrokerOptions region,
               std::vector<std::string> command,
               std::string introduction)
        : loop_(loop),
          region_(std::move(region)),
          command_(std::move(command)),
          introduction_(std::move(introduction)) {}

    void take(const BrokerEvent& event);
    Result<void> start_qemu();
    void ask_to_quit() const;

    PollLoop& loop_;
    BrokerOptions region_;
    std::vector<std::string> command_;
    std::string introduction_;
    std::unique_ptr<Broker> broker_;
    std::optional<ChildProgram> qemu_;
    UniqueFd qemu_ended_;
    std::optional<PollLoop::Id> watch_;
    std::optional<Error> failure_;
};

}  // namespace oriel
