// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "present/wayland/connection.h"
#include "present/wayland/owned.h"
#include "present/wayland/toplevel.h"

struct wl_array;

namespace oriel {

/// A window by xdg-shell alone, with a frame where the compositor draws any.
class WaylandShellToplevel final : public WaylandToplevel {
  public:
    /// Borrows: connection, surface and listener outlive it.
    WaylandShellToplevel(const WaylandConnection& connection,
                         wl_surface* surface,
                         WaylandToplevelListener& listener);

    Frame frame() const override { return is_framed_ ? Frame::ByCompositor : Frame::None; }

    void set_title(const std::string& title) override;
    void fill(wl_output* output) override;
    void leave_full_screen() override;
    void map() override;
    void prepare_commit(Size content) override;

  private:
    void listen();
    void ask_for_frame(const WaylandConnection& connection);
    void set_frame(std::uint32_t mode);
    void set_bounds(std::int32_t width, std::int32_t height);
    void set_wanted(std::int32_t width, std::int32_t height, wl_array* states);
    void take_wanted(std::uint32_t serial);
    void want_close();

    wl_surface* surface_;
    WaylandToplevelListener* listener_;
    WaylandOwned<xdg_surface> shell_surface_;
    WaylandOwned<xdg_toplevel> toplevel_;
    WaylandOwned<zxdg_toplevel_decoration_v1> decoration_;
    WaylandWanted wanted_;
    std::optional<std::uint32_t> unacknowledged_;
    bool is_framed_ = false;
};

}  // namespace oriel
