// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

#include "base/linux/fd.h"

namespace oriel::testing_support {

/// A service manager as systemd is one to a broker: holds its sockets, keeps what it leaves
/// (FDSTORE), and hands both to the next process. No more than that; it starts nothing by itself.
///
/// Lifetime: kills its process at the latest when it ends.
class Supervisor {
  public:
    /// Listens in `region_folder`, which it makes, with its own socket for messages beside it.
    explicit Supervisor(const std::string& region_folder);
    ~Supervisor();
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

    /// Starts `command` as this service. Blocks: until it says that it is ready; false after 20 s.
    bool start(const std::vector<std::string>& command);

    /// SIGKILL; the process is gone on return, and all it said is heard.
    void kill();

    /// Ends as `systemctl stop` does. Its exit status; -1 where a signal ended it.
    int stop();

    pid_t pid() const { return pid_; }

    /// What it said last of its state. Blocks: until it has said `text`, 20 s at most.
    bool says(const std::string& text);

    /// Names of what is kept, sorted.
    std::vector<std::string> kept();

    /// As where a manager cannot keep everything.
    void lose(const std::string& name);

    /// In place of what is kept by that name.
    void swap_in(const std::string& name, UniqueFd fd);

  private:
    void listen(const std::stop_token& stop);
    void hear(const std::string& message, std::vector<UniqueFd> fds);
    template <class Condition>
    bool wait_until(Condition condition);
    void settle();

    std::string notify_path_;
    UniqueFd vm_listener_;
    UniqueFd viewer_listener_;
    UniqueFd notify_socket_;
    pid_t pid_ = -1;

    std::mutex mutex_;
    std::condition_variable heard_;
    std::map<std::string, UniqueFd> kept_;
    std::string status_;
    unsigned emptied_ = 0;  ///< How often the queue of messages was found empty.
    bool is_ready_ = false;
    std::jthread thread_;
};

}  // namespace oriel::testing_support
