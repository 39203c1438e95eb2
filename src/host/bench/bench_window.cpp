// SPDX-License-Identifier: MIT
#include "host/bench/bench_window.h"

#include <algorithm>
#include <utility>

#include <wayland-client.h>
#include <xdg-shell-client-protocol.h>

#include "present/wayland/listener.h"

namespace oriel {

Result<std::unique_ptr<BenchWindow>> BenchWindow::open(const std::string& display,
                                                       Size size,
                                                       const UniqueFd& memory) {
    ORIEL_TRY_ASSIGN(auto connection, WaylandConnection::open(display));
    std::unique_ptr<BenchWindow> window(new BenchWindow(std::move(connection), size));
    window->make_pictures(memory);
    wl_surface_commit(window->surface_.get());
    ORIEL_TRY(window->connection_->round_trip());
    return window;
}

BenchWindow::BenchWindow(std::unique_ptr<WaylandConnection> connection, Size size)
    : connection_(std::move(connection)),
      surface_(wl_compositor_create_surface(connection_->globals().compositor.get())),
      shell_surface_(
          xdg_wm_base_get_xdg_surface(connection_->globals().shell.get(), surface_.get())),
      toplevel_(xdg_surface_get_toplevel(shell_surface_.get())),
      size_(size) {
    static constexpr xdg_surface_listener kShellSurface = {
        .configure = WaylandEvent<&BenchWindow::acknowledge>::call};
    xdg_surface_add_listener(shell_surface_.get(), &kShellSurface, this);
    static constexpr xdg_toplevel_listener kToplevel = {.configure = ignore_wayland_event,
                                                        .close = ignore_wayland_event,
                                                        .configure_bounds = ignore_wayland_event,
                                                        .wm_capabilities = ignore_wayland_event};
    xdg_toplevel_add_listener(toplevel_.get(), &kToplevel, this);
}

void BenchWindow::acknowledge(std::uint32_t serial) {
    xdg_surface_ack_configure(shell_surface_.get(), serial);
}

void BenchWindow::make_pictures(const UniqueFd& memory) {
    const auto bytes = static_cast<std::int32_t>(picture_bytes(size_));
    const auto width = static_cast<std::int32_t>(size_.width);
    const auto height = static_cast<std::int32_t>(size_.height);
    const WaylandOwned<wl_shm_pool> pool(wl_shm_create_pool(
        connection_->globals().shm.get(), memory.get(), bytes * std::int32_t{kPictures}));
    std::int32_t offset = 0;
    for (Picture& picture : pictures_) {
        picture.buffer.reset(wl_shm_pool_create_buffer(
            pool.get(), offset, width, height, width * 4, WL_SHM_FORMAT_XRGB8888));
        static constexpr wl_buffer_listener kListener = {.release =
                                                             WaylandEvent<&Picture::release>::call};
        wl_buffer_add_listener(picture.buffer.get(), &kListener, &picture);
        offset += bytes;
    }
}

std::optional<std::size_t> BenchWindow::free_picture() const {
    const auto found = std::ranges::find(pictures_, false, &Picture::is_busy);
    return found == pictures_.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - pictures_.begin()));
}

void BenchWindow::show(std::size_t picture, const Rect& damage) {
    callback_.reset(wl_surface_frame(surface_.get()));
    static constexpr wl_callback_listener kListener = {
        .done = WaylandEvent<&BenchWindow::take_done>::call};
    wl_callback_add_listener(callback_.get(), &kListener, this);
    pictures_.at(picture).is_busy = true;
    wl_surface_attach(surface_.get(), pictures_.at(picture).buffer.get(), 0, 0);
    wl_surface_damage_buffer(surface_.get(),
                             static_cast<std::int32_t>(damage.x),
                             static_cast<std::int32_t>(damage.y),
                             static_cast<std::int32_t>(damage.width),
                             static_cast<std::int32_t>(damage.height));
    wl_surface_commit(surface_.get());
}

Result<void> BenchWindow::dispatch() {
    if (wl_display_dispatch(connection_->get()) < 0) {
        return connection_->check();
    }
    return {};
}

}  // namespace oriel
