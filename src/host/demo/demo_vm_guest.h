// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/demo/demo_guest.h"
#include "host/demo/demo_hand.h"
#include "host/demo/demo_keys.h"
#include "host/demo/demo_machine.h"

namespace oriel {

/// A virtual machine plays the guest: QEMU with a Linux kernel, whose console is the screen. A
/// command is typed there; then keys are timed.
class DemoVmGuest final : public DemoGuest {
  public:
    /// `duration`: for the keys.
    DemoVmGuest(DemoMachineParts parts, Nanoseconds duration)
        : parts_(std::move(parts)), duration_(duration) {}

    std::vector<std::string> introduction() const override;
    Result<void> prepare(Size screen, const DemoCookie& cookie) override;
    Result<void> start(const std::string& name, DemoStage& stage) override;
    Result<void> await_up(DemoStage& stage) override;
    std::vector<std::string> viewer_arguments() const override;
    Result<void> perform(DemoStage& stage) override;
    Result<void> hold_still() override;
    Result<std::vector<std::byte>> take_picture() override;
    Result<void> finish(DemoStage& stage, DemoReport& report) override;
    std::optional<std::string> find_ended() override;
    std::vector<std::pair<std::string, pid_t>> processes() override;

    std::string picture_name() const override { return "vm.png"; }

    /// Of the sixteen that a text console has.
    std::uint64_t min_colours() const override { return 8; }

  private:
    Result<void> boot(Acceleration acceleration);
    Result<void> await_boot(DemoStage& stage, Nanoseconds limit);
    Result<void> type_hello(DemoStage& stage, DemoHand& hand);
    Result<void> time_keys(DemoStage& stage, DemoHand& hand);
    Result<std::string> ask(const std::string& command);
    std::size_t key_count() const;

    DemoMachineParts parts_;
    Nanoseconds duration_;
    std::string folder_;
    std::unique_ptr<VirtualMachine> machine_;
    std::string name_;
    Size screen_;
    bool is_up_ = false;
    bool types_at_window_ = false;
    std::size_t keys_pressed_ = 0;
    std::vector<DemoKeyTime> keys_seen_;
};

}  // namespace oriel
