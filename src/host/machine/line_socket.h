// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// A UNIX socket that speaks in lines: QEMU's monitor, and a guest's serial port.
///
/// Blocks: as each call says. Threads: one.
class LineSocket {
  public:
    /// Blocks: until somebody listens there, `limit` at most.
    /// Errors: NotFound where nobody does; System.
    static Result<LineSocket> connect(const std::string& path, Nanoseconds limit);

    /// Blocks: until the other side has room. Errors: System, also where it is gone.
    Result<void> send(std::string_view text);

    /// The next line, without its end; nothing where none came within `limit`.
    /// Errors: NotFound where the other side is gone; System.
    Result<std::optional<std::string>> line(Nanoseconds limit);

  private:
    explicit LineSocket(UniqueFd socket) : socket_(std::move(socket)) {}

    std::optional<std::string> take_line();

    UniqueFd socket_;
    std::string received_;
};

}  // namespace oriel
