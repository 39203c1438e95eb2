// SPDX-License-Identifier: MIT
#include "host/bench/bench_wayland_floor.h"

#include <array>
#include <cstdint>

#include <wayland-client.h>
#include <xdg-shell-client-protocol.h>

#include "base/linux/mapped_memory.h"
#include "present/wayland/connection.h"
#include "present/wayland/listener.h"

namespace oriel {
namespace {

class Floor {
  public:
    explicit Floor(WaylandConnection& connection)
        : connection_(&connection),
          surface_(wl_compositor_create_surface(connection.globals().compositor.get())),
          shell_surface_(
              xdg_wm_base_get_xdg_surface(connection.globals().shell.get(), surface_.get())),
          toplevel_(xdg_surface_get_toplevel(shell_surface_.get())) {
        static constexpr xdg_surface_listener kShellSurface = {
            .configure = WaylandEvent<&Floor::acknowledge>::call};
        xdg_surface_add_listener(shell_surface_.get(), &kShellSurface, this);
        static constexpr xdg_toplevel_listener kToplevel = {
            .configure = ignore_wayland_event,
            .close = ignore_wayland_event,
            .configure_bounds = ignore_wayland_event,
            .wm_capabilities = ignore_wayland_event};
        xdg_toplevel_add_listener(toplevel_.get(), &kToplevel, this);
    }

    bool make_buffers(Size size);
    bool run();

  private:
    struct Buffer {
        WaylandOwned<wl_buffer> handle;
        bool is_busy = false;

        void release() { is_busy = false; }
    };

    void acknowledge(std::uint32_t serial) {
        xdg_surface_ack_configure(shell_surface_.get(), serial);
    }

    void commit_next(std::uint32_t time);

    WaylandConnection* connection_;
    WaylandOwned<wl_surface> surface_;
    WaylandOwned<xdg_surface> shell_surface_;
    WaylandOwned<xdg_toplevel> toplevel_;
    WaylandOwned<wl_callback> callback_;
    std::array<Buffer, 3> buffers_;
    Size size_;
};

bool Floor::make_buffers(Size size) {
    size_ = size;
    const auto stride = static_cast<std::int32_t>(size.width * 4);
    const auto height = static_cast<std::int32_t>(size.height);
    const std::int32_t bytes = stride * height;
    const auto count = static_cast<std::int32_t>(buffers_.size());
    const auto fd = create_sealed_memory(
        "oriel-floor", static_cast<std::uint64_t>(bytes * count), PageSize::Normal);
    if (!fd) {
        return false;
    }
    const WaylandOwned<wl_shm_pool> pool(
        wl_shm_create_pool(connection_->globals().shm.get(), fd->get(), bytes * count));
    std::int32_t offset = 0;
    for (Buffer& buffer : buffers_) {
        buffer.handle.reset(wl_shm_pool_create_buffer(pool.get(),
                                                      offset,
                                                      static_cast<std::int32_t>(size.width),
                                                      height,
                                                      stride,
                                                      WL_SHM_FORMAT_XRGB8888));
        static constexpr wl_buffer_listener kListener = {.release =
                                                             WaylandEvent<&Buffer::release>::call};
        wl_buffer_add_listener(buffer.handle.get(), &kListener, &buffer);
        offset += bytes;
    }
    return true;
}

void Floor::commit_next(std::uint32_t /*time*/) {
    callback_.reset(wl_surface_frame(surface_.get()));
    static constexpr wl_callback_listener kListener = {.done =
                                                           WaylandEvent<&Floor::commit_next>::call};
    wl_callback_add_listener(callback_.get(), &kListener, this);
    for (Buffer& buffer : buffers_) {
        if (!buffer.is_busy) {
            buffer.is_busy = true;
            wl_surface_attach(surface_.get(), buffer.handle.get(), 0, 0);
            wl_surface_damage_buffer(surface_.get(),
                                     0,
                                     0,
                                     static_cast<std::int32_t>(size_.width),
                                     static_cast<std::int32_t>(size_.height));
            break;
        }
    }
    wl_surface_commit(surface_.get());
}

bool Floor::run() {
    wl_surface_commit(surface_.get());
    if (!connection_->round_trip()) {
        return false;
    }
    commit_next(0);
    while (wl_display_dispatch(connection_->get()) >= 0) {}
    return true;
}

}  // namespace

bool commit_by_floor(const std::string& display, Size size) {
    auto connection = WaylandConnection::open(display);
    if (!connection) {
        return false;
    }
    Floor floor(**connection);
    return floor.make_buffers(size) && floor.run();
}

}  // namespace oriel
