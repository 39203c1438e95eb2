// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "host/machine/line_socket.h"

namespace oriel {

/// One screen of a machine: an output of the device with that id. Without one, the machine's first.
struct ScreenHead {
    std::string device;
    unsigned output = 0;
};

/// QEMU's machine protocol (QMP), one question after the other.
///
/// Blocks: each call, until QEMU has answered, kPatience at most; Errors: Protocol where it
/// refuses, in its own words, or does not answer; NotFound where it is gone; System.
class QmpClient {
  public:
    /// Under software emulation a snapshot takes seconds.
    static constexpr Nanoseconds kPatience = std::chrono::seconds(60);

    /// Blocks: until QEMU listens there, too.
    static Result<QmpClient> connect(const std::string& path, Nanoseconds limit);

    /// Runs `command`, with its arguments as a JSON object. What QEMU returned, as JSON.
    Result<std::string> execute(std::string_view command, std::string_view arguments = "{}");

    /// Runs a command of the monitor for people: savevm, loadvm, info. What it printed.
    /// An error there is text as well; some commands print nothing else.
    Result<std::string> human(std::string_view command);

    /// Writes what the screen shows, without a hardware cursor, to `path`, as a PPM file.
    Result<void> screendump(const std::string& path, const ScreenHead& head = {});

    /// Presses and releases keys together, by QEMU's names for them: {"ctrl", "alt", "delete"}.
    Result<void> send_keys(std::span<const std::string> keys);

    /// Blocks: until QEMU has told of `event` ("RESET", "STOP") once more than was waited for
    /// before.
    Result<void> wait_event(std::string_view event, Nanoseconds limit);

  private:
    explicit QmpClient(LineSocket socket) : socket_(std::move(socket)) {}

    Result<std::string> answer(Nanoseconds give_up);

    LineSocket socket_;
    std::vector<std::string> events_;  ///< Names of those not waited for yet.
};

}  // namespace oriel
