// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "present/presenter.h"
#include "present/wayland/canvas.h"
#include "present/wayland/connection.h"
#include "present/wayland/cursor_surface.h"
#include "present/wayland/feedback.h"
#include "present/wayland/frame_source.h"
#include "present/wayland/guest_pointer.h"
#include "present/wayland/idle_inhibit.h"
#include "present/wayland/input.h"
#include "present/wayland/layers.h"
#include "present/wayland/outputs.h"
#include "present/wayland/wakeups.h"
#include "present/wayland/wayland_presenter.h"
#include "present/wayland/window.h"

namespace oriel {

/// The presenter behind open_wayland_presenter(): one window, one frame at a time.
class WaylandPresenter final : public Presenter {
  public:
    WaylandPresenter(std::unique_ptr<WaylandConnection> connection,
                     WaylandWakeups wakeups,
                     const WaylandPresenterOptions& options);

    /// Has the window made, up to where something can be drawn. Blocks: some round trips.
    Result<void> open(const WaylandPresenterOptions& options);

    std::string description() const override;
    Use use() const override;
    Result<void> bind_region(const UniqueFd& fd, const MappedMemory& memory) override;
    std::span<std::byte> copy_target(const FrameGeometry& geometry) override;
    bool is_ready() const override;
    Result<void> show(const PresentFrame& frame, const Damage& damage) override;
    Result<void> show_layer(Layer layer, const LayerImage& image) override;
    WindowArea area() const override;
    std::optional<WindowPlace> place() const override;
    void set_title(const std::string& title) override;
    void set_cursor(const CursorImage& image) override;
    void set_cursor_position(const CursorPosition& position) override;
    void set_window_mode(WindowMode mode) override;
    void set_idle_inhibit(Idle idle) override;
    void set_grab(const Grab& grab) override;
    std::optional<HostLocks> locks() const override;
    Refresh refresh() const override;
    DisplayFeedback feedback() const override;
    void set_vsync(Vsync vsync) override;
    void set_scaling(Scaling scaling) override;

    /// A compositor that ends is started again with its session still there.
    bool can_come_back() const override { return true; }

    int fd() const override;
    void flush() override;
    Result<void> dispatch(PresenterListener& listener) override;
    Result<void> dispatch_read(PresenterListener& listener) override;

  private:
    /// A frame that the compositor has not taken yet: it asks for the next one by the callback.
    struct InFlight {
        std::uint64_t token;
        WaylandOwned<wl_callback> callback;
        Nanoseconds since;
    };

    Result<void> map(const WaylandPresenterOptions& options);
    bool frame_window();
    Result<void> draw(const PresentFrame& frame, const Damage& damage);
    void ask_for_next(wl_surface* surface, std::uint64_t token);
    void take_frame_done(std::uint32_t time);
    Result<void> tell(PresenterListener& listener);
    void follow_window(PresenterListener& listener);
    void tell_visibility(PresenterListener& listener);
    void tell_finished(PresenterListener& listener);
    WaylandSeatWindow::Picture visible_picture() const;
    void follow_cursor();

    WaylandWakeups wakeups_;
    std::unique_ptr<WaylandConnection> connection_;  // Everything below ends before it.
    WaylandOutputs outputs_;
    WaylandWindow window_;
    WaylandFrameSource source_;
    WaylandCanvas canvas_;
    WaylandLayers layers_;
    WaylandCursorSurface cursor_;
    WaylandGuestPointer locked_pointer_;
    WaylandFeedback feedback_;
    WaylandIdleInhibit idle_;
    mutable WaylandInput input_;  ///< Takes events in where locks() waits for them.

    Vsync vsync_ = Vsync::Auto;
    std::optional<InFlight> in_flight_;
    std::optional<WaylandFeedback::Shown> taken_;  ///< The last: the next one was asked for then.
    std::vector<WaylandFeedback::Shown> shown_;    ///< Not told yet.
    std::vector<std::uint64_t> finished_;          ///< Whose memory is not read any more; as above.
    bool is_stale_ = true;        ///< Damage is not enough: the next frame is drawn whole.
    bool is_frame_lost_ = false;  ///< One came before the window could be drawn in.
    bool is_uncommitted_ = false;
    std::optional<CursorPosition> guest_pointer_;
    bool is_scaling_new_ = false;
    WindowArea told_area_;
    bool told_visible_ = true;
};

}  // namespace oriel
