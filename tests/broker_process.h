// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>

#include <sys/types.h>

#include "base/linux/fd.h"
#include "region/broker_options.h"

namespace oriel::testing_support {

/// A process of the test's own making, without any descriptor of the test's.
///
/// Lifetime: killed at the latest with this object, or with the test.
/// Threads: made while the test has but one.
class ChildProcess {
  public:
    /// `body` tells the test that it is ready through its argument, and gives the exit status.
    /// Blocks: until it is ready, or has ended.
    explicit ChildProcess(const std::function<int(const std::function<void()>& ready)>& body);

    ~ChildProcess() { kill(); }

    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    bool is_ready() const { return is_ready_; }

    pid_t pid() const { return pid_; }

    void signal(int number) const;

    /// SIGKILL; the process is gone on return.
    void kill();

    /// Blocks: until it ends. Its exit status; -1 where a signal ended it.
    int wait();

  private:
    pid_t pid_ = -1;
    bool is_ready_ = false;
};

/// A broker in a process of its own, which a test may kill. Ready once it listens.
class BrokerProcess : public ChildProcess {
  public:
    explicit BrokerProcess(const BrokerOptions& options);
};

}  // namespace oriel::testing_support
