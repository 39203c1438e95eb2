// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "capture/wayland/connection.h"
#include "capture/wayland/screencopy.h"
#include "capture/wayland/slot_buffers.h"

namespace oriel {

/// Tells when a compositor's output showed something, by wlr-screencopy: the moment is the
/// compositor's own word, taken before it copies.
///
/// Blocks: each call, two seconds at most. Errors: the compositor is gone, cannot copy, or nothing
/// came.
class BenchScreenMeter {
  public:
    static Result<std::unique_ptr<BenchScreenMeter>> open(const std::string& display);

    BenchScreenMeter(const BenchScreenMeter&) = delete;
    BenchScreenMeter& operator=(const BenchScreenMeter&) = delete;

    /// From now on the compositor watches for a change.
    Result<void> arm();

    /// When the output first showed `colour` (0xRRGGBB, red and blue alike) in that place, by
    /// monotonic_now(). After arm().
    Result<Nanoseconds> await(std::uint32_t x, std::uint32_t y, std::uint32_t colour);

  private:
    using Stage = wayland_capture::FrameCopier::Stage;

    explicit BenchScreenMeter(std::unique_ptr<wayland_capture::Connection> connection)
        : connection_(std::move(connection)),
          copier_(connection_->screencopy()),
          buffers_(*connection_) {}

    Result<void> await_stage(Stage stage);
    std::uint32_t pixel(std::uint32_t x, std::uint32_t y) const;

    std::unique_ptr<wayland_capture::Connection> connection_;
    wayland_capture::Screencopy copier_;
    wayland_capture::SlotBuffers buffers_;
    MappedMemory memory_;
};

}  // namespace oriel
