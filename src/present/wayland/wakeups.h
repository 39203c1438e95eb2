// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// All descriptors that a Wayland window waits for, behind one. Whoever adds one looks at it itself
/// when that one is readable.
class WaylandWakeups {
  public:
    /// Errors: System.
    static Result<WaylandWakeups> create();

    /// Readable whenever one of them has what it was added for.
    int fd() const { return epoll_.get(); }

    enum class For : std::uint8_t { Reading, Writing };

    /// `fd` is lent until remove(): remove first, close then. Errors: System.
    Result<void> add(int fd, For what) const;

    void remove(int fd) const;

  private:
    explicit WaylandWakeups(UniqueFd epoll) : epoll_(std::move(epoll)) {}

    UniqueFd epoll_;
};

}  // namespace oriel
