// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/linux/child_program.h"
#include "base/result.h"
#include "host/machine/guest_kernel.h"
#include "host/machine/guest_root.h"
#include "host/machine/guest_shell.h"
#include "host/machine/qmp_client.h"
#include "host/machine/screen_picture.h"

namespace oriel {

enum class Acceleration : std::uint8_t { Software, Kvm };

struct MachineOptions {
    std::string folder;  ///< There already, ours alone: sockets, initramfs, logs.
    GuestKernel kernel;
    GuestRoot root;
    std::vector<std::string> kernel_arguments;
    std::vector<std::string> devices;  ///< QEMU arguments: display, region, input.
    std::string machine = "pc";
    std::uint32_t memory_mib = 256;
    Acceleration acceleration = Acceleration::Software;  ///< See probe_kvm().
    enum class Snapshots : std::uint8_t { No, Yes } snapshots = Snapshots::No;
    enum class Image : std::uint8_t {
        Unpacked,  ///< Boots seconds sooner. Each reset brings the kernel's first memory back, and
                   ///< waking from suspend to RAM is one.
        Packed,    ///< As boot loaders take it: for guests that are suspended to RAM.
    } image = Image::Unpacked;
};

/// A virtual machine with a small Linux guest, for the demo and the tests.
///
/// Lifetime: QEMU ends with this object, and with this process.
/// Blocks: as each call says.
class VirtualMachine {
  public:
    static constexpr Nanoseconds kBootLimit = std::chrono::seconds(60);

    /// Starts QEMU; the guest is booting then.
    /// Errors: NotFound where QEMU or what the guest is made of is missing; System; what QEMU
    /// complained of.
    static Result<std::unique_ptr<VirtualMachine>> start(const MachineOptions& options);

    /// The guest's init has done its work, once more than this was true before. Does not wait.
    /// Errors: Protocol where QEMU has ended, with what it complained of.
    Result<bool> has_come_up();

    /// Waits until the guest's init has done its work, once more than it was waited for before.
    /// Errors: as has_come_up(); Protocol, with the end of what the guest said.
    Result<void> wait_until_up(Nanoseconds limit = kBootLimit);

    /// Runs a line of shell in the guest. Errors: as GuestShell::run().
    Result<GuestSaid> run(const std::string& command, Nanoseconds limit = kBootLimit) {
        return shell_->run(command, limit);
    }

    QmpClient& qmp() { return *qmp_; }

    /// All that the guest wrote to its first serial port.
    std::string console() const;

    /// What the machine's screen shows, by QEMU's word: without a hardware cursor.
    Result<ScreenPicture> screendump(const ScreenHead& head = {});

    pid_t pid() const { return qemu_.pid(); }

    bool has_ended() { return qemu_.has_ended(); }

    /// SIGKILL; it is gone on return.
    void kill();

  private:
    VirtualMachine(std::string folder, ChildProgram qemu)
        : folder_(std::move(folder)), qemu_(std::move(qemu)) {}

    Result<void> connect();
    Error why_not(const std::string& what);

    std::string folder_;
    ChildProgram qemu_;
    std::unique_ptr<QmpClient> qmp_;
    std::unique_ptr<GuestShell> shell_;
    std::size_t ups_seen_ = 0;
};

}  // namespace oriel
