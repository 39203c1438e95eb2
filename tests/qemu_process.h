// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "base/linux/fd.h"
#include "broker_process.h"

namespace oriel::testing_support {

inline constexpr const char* kQemu = "/usr/bin/qemu-system-x86_64";

/// A line to one of QEMU's sockets, where each question has an answer.
class QemuLine {
  public:
    /// Blocks: until QEMU listens there, 60 s at most.
    explicit QemuLine(const std::string& path);

    bool is_connected() const { return static_cast<bool>(socket_); }

    void say(const std::string& text) const;

    /// Reads lines, up to and with the first that holds `word`.
    std::string read_until(const std::string& word);

  private:
    UniqueFd socket_;
};

/// QEMU's machine protocol, as far as asking one question goes.
class QemuMonitor {
  public:
    explicit QemuMonitor(const std::string& path);

    bool is_connected() const { return line_.is_connected(); }

    std::string ask(const std::string& question);
    std::string human(const std::string& command);

  private:
    QemuLine line_;
};

/// The bus of a QEMU without a guest, through the protocol that QEMU's own tests use.
class QemuBus {
  public:
    explicit QemuBus(const std::string& path) : line_(path) {}

    /// Maps the doorbell registers of the ivshmem device, as a guest's firmware would.
    void map_doorbell();

    /// What a guest agent does to ring one of the broker's viewers.
    void ring(unsigned peer);

  private:
    void write(const char* command, std::uint32_t address, std::uint32_t value);

    QemuLine line_;
};

/// Becomes a QEMU that is stopped before its first instruction, connected to a broker's vm.sock
/// with the arguments that `oriel broker` prints. Its sockets are in `folder`: "monitor" and "bus".
int run_qemu(const std::string& vm_socket, const std::string& folder);

}  // namespace oriel::testing_support
