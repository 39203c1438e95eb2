// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// The socket of one viewer, in a folder where all of this user's viewers have theirs: PID.sock.
///
/// Lifetime: on destruction the file is removed, and the folder where it was the last one. What a
/// viewer that was killed left there, the next one removes.
class ControlSocket {
  public:
    /// Blocks: half a second at most, where other viewers start and end at this moment.
    /// Errors: System, also where the folder is not this user's alone to write in.
    static Result<ControlSocket> open(const std::string& folder);

    ControlSocket(ControlSocket&& other) noexcept = default;
    ControlSocket& operator=(ControlSocket&& other) = delete;
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;
    ~ControlSocket();

    /// Non-blocking.
    const UniqueFd& listener() const { return listener_; }

    const std::string& path() const { return path_; }

  private:
    ControlSocket(std::string folder, std::string path, UniqueFd listener)
        : folder_(std::move(folder)), path_(std::move(path)), listener_(std::move(listener)) {}

    std::string folder_;
    std::string path_;
    UniqueFd listener_;  ///< Closed: moved from.
};

/// Paths of the sockets in `folder`, sorted; those of killed viewers among them. None where the
/// folder belongs to another user than this one or root: whoever is in there cannot be trusted.
std::vector<std::string> control_sockets(const std::string& folder);

}  // namespace oriel
