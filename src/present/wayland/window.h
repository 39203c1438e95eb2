// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "present/presenter.h"
#include "present/wayland/connection.h"
#include "present/wayland/frame_library.h"
#include "present/wayland/outputs.h"
#include "present/wayland/owned.h"
#include "present/wayland/toplevel.h"
#include "relay/geometry.h"

namespace oriel {

/// A top-level window: what the compositor is told about it, and which size it has.
///
/// Sizes are of two kinds. Logical ones are what the protocol counts in: positions, the pointer's
/// too. Device pixels are logical ones times scale(), rounded. The window takes on the size of the
/// picture in device pixels, until somebody else gives it another one.
///
/// Whoever draws its frame, sizes are of what is inside of that.
///
/// Its surface is committed by whoever draws in it (WaylandCanvas); prepare_commit() before.
class WaylandWindow final : public WaylandToplevelListener {
  public:
    /// Not on screen before something is drawn. `size`: chosen by the user, device pixels; else
    /// the picture's, once known.
    WaylandWindow(const WaylandConnection& connection,
                  WaylandOutputs& outputs,
                  std::optional<Size> size,
                  Presenter::Follow follow,
                  const std::string& title);
    WaylandWindow(const WaylandWindow&) = delete;
    WaylandWindow& operator=(const WaylandWindow&) = delete;

    wl_surface* surface() const { return surface_.get(); }

    /// Asks the compositor how large it may be. Before that: fill_output(), if it is to be so.
    void map() { toplevel_->map(); }

    /// Known with the compositor's answer to map().
    WaylandToplevel::Frame frame() const { return toplevel_->frame(); }

    /// A frame where the compositor draws none. It is as new then: map() has to follow. Not after
    /// something was drawn.
    void set_frame(std::unique_ptr<WaylandFrameLibrary> library);

    /// The compositor has said how large it may be: now something can be drawn.
    bool is_configured() const { return is_configured_; }

    Size logical_size() const { return size_; }

    double scale() const;

    /// Logical, rounded, as device pixels.
    Size device_size() const { return to_device(size_); }

    Size to_device(Size logical) const;
    Size to_logical(Size device) const;

    /// A picture of that size fills it, but for rounding.
    bool is_fitted_by(Size picture) const { return to_logical(picture) == size_; }

    void set_title(const std::string& title);
    void set_mode(Presenter::WindowMode mode);

    /// Fills the screen of that name; where there is none, the one that the compositor chooses.
    void fill_output(const std::string& name);

    WindowPlace place() const;

    /// Asks for the focus by a token that whoever started this program got for it.
    void activate(const std::string& token);

    /// The picture has another size: the window follows it.
    void follow(Size picture);

    /// Size or scale are others since it was asked last, or there is something to acknowledge.
    bool take_change();

    /// For the surface's commit that follows: with that, what the compositor wants is done.
    void prepare_commit() {
        is_commit_wanted_ = false;
        toplevel_->prepare_commit(size_);
    }

    /// The compositor, or who draws the frame, waits for a commit.
    bool is_commit_wanted() const { return is_commit_wanted_; }

    /// Where `part` is to be seen, the window is: a compositor may have the window's surface leave
    /// its outputs while a subsurface covers it (sway 1.10 does). `part` takes no events once the
    /// window has ended.
    void add_part(wl_surface* part);

    /// Nothing of it can be seen, as far as the compositor tells.
    bool is_hidden() const { return is_suspended_ || (was_on_output_ && on_.empty()); }

    bool is_full_screen() const { return is_full_screen_; }

    bool take_close_wanted() { return std::exchange(is_close_wanted_, false); }

    /// Of the outputs it is on, the fastest; 0: not known.
    std::uint32_t refresh_mhz() const;

  private:
    void listen();
    Size on_wanted(const WaylandWanted& wanted) override;
    void on_bounds(Size bounds) override;

    void on_close_wanted() override { is_close_wanted_ = true; }

    void on_commit_wanted() override {
        is_changed_ = true;
        is_commit_wanted_ = true;
    }

    void set_fractional_scale(std::uint32_t in_120ths) {
        fractional_scale_ = in_120ths;
        change();
    }

    void enter(wl_output* output);
    void leave(wl_output* output);
    void forget(const wl_output* output);
    void change();
    Size size_without_wish() const;

    const WaylandConnection* connection_;
    WaylandOutputs* outputs_;
    WaylandOwned<wl_surface> surface_;
    WaylandOwned<wp_fractional_scale_v1> fractional_;
    std::unique_ptr<WaylandFrameLibrary> frame_library_;
    std::unique_ptr<WaylandToplevel> toplevel_;
    std::string title_;
    std::vector<const wl_output*> on_;  ///< Once for each surface of ours that is there.

    std::optional<Size> chosen_size_;  ///< By the user, device pixels.
    Presenter::Follow follow_;
    Size picture_;  ///< Whose size it takes on.
    Size size_;
    Size free_size_;  ///< What it was, and will be, when nobody forces another.
    std::optional<Size> bounds_;
    std::uint32_t fractional_scale_ = 0;
    bool is_sized_by_user_ = false;
    bool is_forced_ = false;
    bool is_configured_ = false;
    bool is_full_screen_ = false;
    bool is_suspended_ = false;
    bool was_on_output_ = false;
    bool is_changed_ = false;
    bool is_commit_wanted_ = false;
    bool is_close_wanted_ = false;
};

}  // namespace oriel
