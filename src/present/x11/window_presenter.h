// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "present/presenter.h"
#include "present/x11/canvas.h"
#include "present/x11/connection.h"
#include "present/x11/cursor.h"
#include "present/x11/focus.h"
#include "present/x11/frame_source.h"
#include "present/x11/grab.h"
#include "present/x11/idle_inhibit.h"
#include "present/x11/input.h"
#include "present/x11/layers.h"
#include "present/x11/refresh.h"
#include "present/x11/window.h"
#include "present/x11/x11_presenter.h"

namespace oriel {

/// The presenter behind open_x11_presenter(): one window, one frame at a time.
class X11Presenter final : public Presenter {
  public:
    X11Presenter(X11Connection connection, const X11PresenterOptions& options);

    std::string description() const override;
    Use use() const override;
    Result<void> bind_region(const UniqueFd& fd, const MappedMemory& memory) override;
    std::span<std::byte> copy_target(const FrameGeometry& geometry) override;

    bool is_ready() const override { return !in_flight_; }

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

    void set_vsync(Vsync vsync) override { vsync_ = vsync; }

    std::optional<Nanoseconds> next_refresh(Nanoseconds now) const override;
    void set_scaling(Scaling scaling) override;
    int fd() const override;
    void flush() override;
    Result<void> dispatch(PresenterListener& listener) override;
    Result<void> dispatch_read(PresenterListener& listener) override;

  private:
    using Event = XcbReply<xcb_generic_event_t>;

    /// A frame whose requests the server has not worked off yet. It takes requests in their order:
    /// the reply to one more behind them says that it has read the frame and drawn it. Unlike
    /// ShmCompletion it comes after the scaling too, and where a request failed.
    struct InFlight {
        std::uint64_t token;
        enum class Outcome : std::uint8_t { Drawn, Dropped } outcome;
        xcb_get_input_focus_cookie_t reply;
    };

    Result<void> draw(const PresentFrame& frame, const Damage& damage);

    Result<void> tell(Event event, PresenterListener& listener);
    void handle(const xcb_generic_event_t& event, PresenterListener& listener);
    void handle_error(const xcb_generic_error_t& error);
    void handle_window(const xcb_generic_event_t& event, PresenterListener& listener);
    void handle_generic(const xcb_ge_generic_event_t& event);
    bool handle_focus(const xcb_generic_event_t& event, PresenterListener& listener);
    void tell_focus(const X11Focus::Changes& changes, PresenterListener& listener);
    void handle_input(const xcb_generic_event_t& event, PresenterListener& listener);
    void tell_motion(PresenterListener& listener);
    void lose_grab(const std::string& why);
    void tell_grab(PresenterListener& listener);
    void place_pointer();
    bool is_pointer_locked() const;
    Viewport visible_picture() const;
    void tell_window(PresenterListener& listener);
    void tell_finished(PresenterListener& listener);

    X11Connection connection_;
    X11Window window_;
    X11FrameSource source_;
    X11Canvas canvas_;
    X11Layers layers_;
    X11Cursor cursor_;
    X11Refresh refresh_;
    X11Input input_;
    X11Focus focus_;
    X11Grab grab_;
    X11IdleInhibit idle_inhibit_;

    Vsync vsync_ = Vsync::Auto;
    std::optional<InFlight> in_flight_;
    const double scale_;
    WindowArea told_area_;
    std::string grab_loss_;  ///< Not told yet.
    std::optional<CursorPosition> guest_pointer_;
    bool is_stale_ = true;  ///< Damage is not enough: the next frame is drawn whole.

    // What the server said since it was last passed on.
    bool is_mapped_ = false;
    bool was_mapped_ = false;
    bool is_obscured_ = false;
    bool is_exposed_ = false;
    bool is_resized_ = false;
    bool told_visible_ = true;
};

}  // namespace oriel
