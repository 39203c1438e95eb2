// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <wayland-client.h>
#include <xdg-shell-client-protocol.h>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "relay/geometry.h"

namespace oriel::test {

/// A program with one window that draws what a test tells it, by a connection of its own. It knows
/// what must be on the screen where nothing else is shown there.
///
/// Lifetime: stays where it is. Blocks: each call, until the compositor has shown it; for ever
/// where that hangs.
class WaylandPainter {
  public:
    /// `display`: as Compositor::display(). The window is as large as the compositor wants, all of
    /// an output under Sway; black at first.
    static Result<std::unique_ptr<WaylandPainter>> open(const std::string& display);

    WaylandPainter(const WaylandPainter&) = delete;
    WaylandPainter& operator=(const WaylandPainter&) = delete;
    ~WaylandPainter();

    /// XRGB8888 rows without gaps. Damages that rectangle alone.
    void put(const Rect& rect, std::span<const std::uint32_t> pixels);

    /// Takes a size that the compositor gave the window meanwhile; then all of it is black.
    void follow();

    Size size() const { return size_; }

    /// What is in the window, rows without gaps.
    const std::vector<std::uint32_t>& truth() const { return truth_; }

  private:
    struct Buffer {
        WaylandPainter* painter = nullptr;
        wl_buffer* buffer = nullptr;
        MappedMemory memory;
        bool is_free = true;
    };

    WaylandPainter() = default;

    void listen();
    bool make_window();
    void make_buffers();
    void drop_buffers();
    Buffer& free_buffer();
    void show(const Rect& damage);

    bool is_alive() const { return wl_display_get_error(display_) == 0; }

    wl_display* display_ = nullptr;
    wl_registry* registry_ = nullptr;
    wl_compositor* compositor_ = nullptr;
    wl_shm* shm_ = nullptr;
    xdg_wm_base* shell_ = nullptr;
    wl_surface* surface_ = nullptr;
    xdg_surface* shell_surface_ = nullptr;
    xdg_toplevel* toplevel_ = nullptr;
    Size size_;
    Size configured_;
    bool is_configured_ = false;
    std::array<Buffer, 2> buffers_;
    std::vector<std::uint32_t> truth_;
};

}  // namespace oriel::test
