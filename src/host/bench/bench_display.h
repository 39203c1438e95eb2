// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "present/presenter.h"

namespace oriel {

/// A display that is not there, whose server reads the slots itself: what it was shown goes on the
/// screen at its next refresh and stays until something else does. So a viewer has up to two slots
/// out all the time, the most it may have.
class BenchDisplay final : public Presenter {
  public:
    explicit BenchDisplay(std::uint32_t refresh_mhz) : refresh_mhz_(refresh_mhz) {}

    /// The display refreshes now.
    void refresh_now(PresenterListener& listener);

    /// The sequence shown last.
    std::uint64_t last_sequence() const { return last_sequence_; }

    std::string description() const override { return "bench"; }

    Use use() const override { return Use::HandsOn; }

    Result<void> bind_region(const UniqueFd& /*fd*/, const MappedMemory& /*memory*/) override {
        return {};
    }

    std::span<std::byte> copy_target(const FrameGeometry& /*geometry*/) override { return {}; }

    bool is_ready() const override { return !pending_; }

    Result<void> show(const PresentFrame& frame, const Damage& damage) override;

    Result<void> show_layer(Layer /*layer*/, const LayerImage& /*image*/) override { return {}; }

    WindowArea area() const override { return {{1920, 1080}, 1}; }

    void set_title(const std::string& /*title*/) override {}

    void set_cursor(const CursorImage& /*image*/) override {}

    void set_cursor_position(const CursorPosition& /*position*/) override {}

    void set_window_mode(WindowMode /*mode*/) override {}

    void set_grab(const Grab& /*grab*/) override {}

    std::optional<HostLocks> locks() const override { return std::nullopt; }

    Refresh refresh() const override { return {refresh_mhz_, Nanoseconds(0)}; }

    int fd() const override { return -1; }

    void flush() override {}

    Result<void> dispatch(PresenterListener& /*listener*/) override { return {}; }

  private:
    std::uint32_t refresh_mhz_;
    std::optional<std::uint64_t> pending_;
    std::optional<std::uint64_t> on_screen_;
    std::uint64_t last_sequence_ = 0;
};

}  // namespace oriel
