// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "base/linux/fd.h"
#include "base/result.h"
#include "relay/geometry.h"

namespace oriel::testing_support {

/// Plugs a screen into an output of a virtual machine's virtio-gpu and pulls it, as a window of
/// QEMU's own does: by its VNC server, which takes a size from whoever looks.
///
/// The guest's driver hears of it as of any screen.
class ScreenPlug {
  public:
    /// QEMU arguments for the server of one output, whose socket is to be `path`.
    static std::vector<std::string> arguments(const std::string& path,
                                              const std::string& device,
                                              unsigned output);

    /// Errors: System; Protocol where it is no VNC server, or one that wants a password.
    static Result<ScreenPlug> connect(const std::string& path);

    /// The guest's kernel prefers that size from now on.
    Result<void> plug(Size size) const;

    Result<void> pull() const { return plug({}); }

  private:
    explicit ScreenPlug(UniqueFd socket) : socket_(std::move(socket)) {}

    Result<void> shake_hands() const;

    UniqueFd socket_;
};

}  // namespace oriel::testing_support
