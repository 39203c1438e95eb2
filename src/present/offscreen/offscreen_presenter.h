// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "present/presenter.h"

namespace oriel {

struct OffscreenOptions {
    /// Of the display it plays: a frame is taken at most once in such a period. 0: always.
    std::uint32_t refresh_mhz = 0;
};

/// A presenter without a screen: it keeps what was shown last. For screenshots, tests and benches.
class OffscreenPresenter final : public Presenter {
  public:
    /// What stands on the screen that is not there.
    struct Shown {
        FrameInfo info;  ///< info.geometry.size is empty before the first frame.
        std::vector<std::byte> pixels;
        std::uint64_t count = 0;                     ///< Frames shown so far.
        std::array<LayerImage, kLayerCount> layers;  ///< By Layer.
        CursorPosition cursor_position;
        std::optional<CursorImage> cursor;
        std::string title;
        WindowMode mode = WindowMode::Normal;
        Grab grab;  ///< What was asked for last.
    };

    /// Errors: System.
    static Result<std::unique_ptr<OffscreenPresenter>> open(const OffscreenOptions& options);

    const Shown& last_frame() const { return shown_; }

    const LayerImage& layer(Layer which) const {
        return shown_.layers[static_cast<std::size_t>(which)];
    }

    std::string description() const override;

    Use use() const override { return Use::Copies; }

    Result<void> bind_region(const UniqueFd& fd, const MappedMemory& memory) override;
    std::span<std::byte> copy_target(const FrameGeometry& geometry) override;
    bool is_ready() const override;
    Result<void> show(const PresentFrame& frame, const Damage& damage) override;
    Result<void> show_layer(Layer layer, const LayerImage& image) override;

    /// The size of the picture, which fills it.
    WindowArea area() const override;

    void set_title(const std::string& title) override { shown_.title = title; }

    void set_cursor(const CursorImage& image) override { shown_.cursor = image; }

    void set_cursor_position(const CursorPosition& position) override;

    void set_window_mode(WindowMode mode) override { shown_.mode = mode; }

    /// Nothing to take: no keyboard and no pointer belong to it, so none is refused either.
    void set_grab(const Grab& grab) override { shown_.grab = grab; }

    std::optional<HostLocks> locks() const override { return std::nullopt; }

    Refresh refresh() const override;

    int fd() const override { return timer_.get(); }

    void flush() override {}

    Result<void> dispatch(PresenterListener& listener) override;

  private:
    OffscreenPresenter(UniqueFd timer, const OffscreenOptions& options);

    void arm(Nanoseconds when);
    Nanoseconds next_tick(Nanoseconds after) const;
    void copy_in(const PresentFrame& frame, const Damage& damage);

    struct Finished {
        std::uint64_t token;
        Nanoseconds when;
        enum class Outcome : std::uint8_t { Seen, Covered } outcome;
    };

    UniqueFd timer_;
    std::uint32_t refresh_mhz_;
    Nanoseconds phase_;
    Nanoseconds ready_at_{0};
    FrameGeometry buffer_;  ///< What shown_.pixels has been laid out for.
    std::vector<Finished> finished_;
    WindowArea told_area_;
    Shown shown_;
};

}  // namespace oriel
