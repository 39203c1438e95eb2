// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/linux/fd.h"

namespace oriel::testing_support {

/// A QEMU's QMP socket with a mouse and a keyboard behind it: it agrees to everything, and writes
/// down which keys it is told. One client after the other.
class PlayedQemu {
  public:
    explicit PlayedQemu(const std::string& path);
    ~PlayedQemu();
    PlayedQemu(const PlayedQemu&) = delete;
    PlayedQemu& operator=(const PlayedQemu&) = delete;

    /// "+ctrl" for pressed, "-ctrl" for released: QEMU's names.
    std::vector<std::string> keys();

  private:
    void serve(const std::stop_token& stop);
    void talk(const UniqueFd& client, const std::stop_token& stop);

    UniqueFd listener_;
    std::mutex mutex_;
    std::vector<std::string> keys_;
    std::jthread thread_;
};

}  // namespace oriel::testing_support
