// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/native_handle.h"
#include "base/result.h"

namespace oriel {

/// One ivshmem device, opened and mapped through virtio-win's driver.
///
/// Lifetime: the memory is unmapped when this object ends, and with the process, however it ends.
/// The driver's own request to unmap is not used: events stay registered until the handle is
/// closed, and some versions of the driver loop for ever when one is closed while another handle
/// has an event registered.
/// Trust: the memory is the host's and other guests' too; its size and place are the driver's.
class IvshmemDriver {
  public:
    /// Opens `path` and maps its memory, write-combined. `name` is for messages.
    /// Errors: Busy where another program has it mapped; NotFound where nobody serves the device on
    /// the host; System.
    static Result<IvshmemDriver> map(const std::wstring& path, const std::string& name);

    std::span<std::byte> memory() const { return memory_; }

    /// It has interrupts: peers can be rung, and can ring.
    bool has_doorbells() const { return vectors_ > 0; }

    /// Has the first interrupt set `event` each time. Errors: System.
    Result<void> set_at_interrupt(const OwnedHandle& event) const;

    /// Interrupts that peer. What there is no such peer of goes nowhere.
    void ring(std::uint16_t peer) const noexcept;

  private:
    IvshmemDriver(OwnedHandle device, std::string name)
        : device_(std::move(device)), name_(std::move(name)) {}

    Result<void> map_memory();

    OwnedHandle device_;
    std::string name_;
    std::span<std::byte> memory_;
    std::uint16_t vectors_ = 0;
};

}  // namespace oriel
