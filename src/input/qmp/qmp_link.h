// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// A connection to QEMU's machine protocol that never waits: lines out, lines in.
///
/// Lifetime: ends where the other side does. Threads: one. Blocks: never.
class QmpLink {
  public:
    /// Errors: NotFound where nobody listens; Busy where too many wait to be let in; System.
    static Result<QmpLink> connect(const std::string& path);

    /// What send() keeps back goes once the descriptor can be written: then call flush().
    const UniqueFd& socket() const { return socket_; }

    bool has_unsent() const { return !unsent_.empty(); }

    /// False: the connection is gone.
    bool send(const std::string& line);
    bool flush();

    /// Takes in what has come. False: the connection is gone, or sends what is no line of QMP's.
    bool receive();

    /// The next line that has come whole, without its end.
    std::optional<std::string> next_line();

  private:
    explicit QmpLink(UniqueFd socket) : socket_(std::move(socket)) {}

    UniqueFd socket_;
    std::string unsent_;
    std::string received_;
};

}  // namespace oriel
