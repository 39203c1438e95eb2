// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/result.h"
#include "broker_process.h"
#include "host/machine/line_socket.h"

namespace oriel::testing_support {

inline constexpr const char* kQemu = "/usr/bin/qemu-system-x86_64";

/// The bus of a QEMU without a guest, through the protocol that QEMU's own tests use.
class QemuBus {
  public:
    /// Blocks: until QEMU listens there.
    static Result<QemuBus> connect(const std::string& path);

    /// Maps the doorbell registers of the ivshmem device, as a guest's firmware would.
    void map_doorbell();

    /// What a guest agent does to ring one of the broker's viewers.
    void ring(unsigned peer);

  private:
    explicit QemuBus(LineSocket socket) : socket_(std::move(socket)) {}

    void write(const char* command, std::uint32_t address, std::uint32_t value);

    LineSocket socket_;
};

/// Becomes a QEMU that is stopped before its first instruction, connected to a broker's vm.sock
/// with the arguments that `oriel broker` prints. Its sockets are in `folder`: "monitor" and "bus".
int run_qemu(const std::string& vm_socket, const std::string& folder);

}  // namespace oriel::testing_support
