// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "relay/geometry.h"

namespace oriel::test {

/// An X server (Xvfb) of our own on a free display number, for one test.
///
/// It takes connections as soon as start() returns, and ends with this object; also with the
/// process that started it, however that ends.
///
/// Lifetime: destroy the clients' connections first, or they see it end.
class XServer {
  public:
    /// `more` are further arguments of Xvfb, as {"-extension", "MIT-SHM"}.
    /// Depth 24 with 32 bits a pixel, unless `depth` says another.
    /// Blocks: until it is up, about 0.2 s. Errors: System; NotFound where there is no Xvfb.
    static Result<XServer> start(Size size,
                                 const std::vector<std::string>& more = {},
                                 int depth = 24);

    XServer(XServer&& other) noexcept;
    XServer& operator=(XServer&& other) noexcept;
    XServer(const XServer&) = delete;
    XServer& operator=(const XServer&) = delete;
    ~XServer();

    const std::string& display() const { return display_; }  ///< ":7"

    pid_t pid() const { return pid_; }

    /// Ends it at once (SIGKILL) and waits until it is gone.
    void kill();

    /// SIGSTOP, SIGCONT.
    void freeze() const;
    void thaw() const;

    /// CPU time it has used, user and system, in milliseconds (steps of 10).
    long cpu_milliseconds() const;

  private:
    XServer(pid_t pid, std::string display) : pid_(pid), display_(std::move(display)) {}

    void end(int signal) noexcept;

    pid_t pid_ = -1;
    std::string display_;
};

}  // namespace oriel::test
