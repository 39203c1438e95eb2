// SPDX-License-Identifier: MIT
#include "wayland/wayland_painter.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/linux/sealed_memory.h"

namespace oriel::test {
namespace {

WaylandPainter& from(void* self) {
    return *static_cast<WaylandPainter*>(self);
}

}  // namespace

Result<std::unique_ptr<WaylandPainter>> WaylandPainter::open(const std::string& display) {
    std::unique_ptr<WaylandPainter> painter(new WaylandPainter);
    painter->display_ = wl_display_connect(display.c_str());
    if (painter->display_ == nullptr) {
        return Failure(Error::not_found("no compositor to paint on at " + display));
    }
    painter->listen();
    if (!painter->make_window()) {
        return Failure(Error::protocol("the compositor at " + display + " gave us no window"));
    }
    return painter;
}

WaylandPainter::~WaylandPainter() {
    drop_buffers();
    const auto destroy = [](auto* object, auto farewell) {
        if (object != nullptr) {
            farewell(object);
        }
    };
    destroy(toplevel_, xdg_toplevel_destroy);
    destroy(shell_surface_, xdg_surface_destroy);
    destroy(surface_, wl_surface_destroy);
    destroy(shell_, xdg_wm_base_destroy);
    destroy(shm_, wl_shm_destroy);
    destroy(compositor_, wl_compositor_destroy);
    destroy(registry_, wl_registry_destroy);
    destroy(display_, wl_display_disconnect);
}

void WaylandPainter::listen() {
    static constexpr wl_registry_listener kListener = {
        .global =
            [](void* self,
               wl_registry* registry,
               std::uint32_t number,
               const char* name,
               std::uint32_t /*version*/) {
                const std::string_view interface = name;
                const auto bind = [&]<class T>(
                                      T*& to, const wl_interface& wanted, unsigned version) {
                    if (interface == wanted.name) {
                        to = static_cast<T*>(wl_registry_bind(registry, number, &wanted, version));
                    }
                };
                bind(from(self).compositor_, wl_compositor_interface, 4);
                bind(from(self).shm_, wl_shm_interface, 1);
                bind(from(self).shell_, xdg_wm_base_interface, 1);
            },
        .global_remove = [](void* /*self*/, wl_registry* /*registry*/, std::uint32_t /*number*/) {},
    };
    registry_ = wl_display_get_registry(display_);
    wl_registry_add_listener(registry_, &kListener, this);
    wl_display_roundtrip(display_);
}

bool WaylandPainter::make_window() {
    if (compositor_ == nullptr || shm_ == nullptr || shell_ == nullptr) {
        return false;
    }
    static constexpr xdg_wm_base_listener kShell = {
        .ping = [](void* /*self*/, xdg_wm_base* shell, std::uint32_t serial) {
            xdg_wm_base_pong(shell, serial);
        }};
    static constexpr xdg_surface_listener kSurface = {
        .configure = [](void* self, xdg_surface* surface, std::uint32_t serial) {
            xdg_surface_ack_configure(surface, serial);
            from(self).is_configured_ = true;
        }};
    static constexpr xdg_toplevel_listener kToplevel = {
        .configure =
            [](void* self,
               xdg_toplevel* /*toplevel*/,
               std::int32_t width,
               std::int32_t height,
               wl_array* /*states*/) {
                if (width > 0 && height > 0) {
                    from(self).configured_ = {static_cast<std::uint32_t>(width),
                                              static_cast<std::uint32_t>(height)};
                }
            },
        .close = [](void* /*self*/, xdg_toplevel* /*toplevel*/) {},
        .configure_bounds = [](void* /*self*/,
                               xdg_toplevel* /*toplevel*/,
                               std::int32_t /*width*/,
                               std::int32_t /*height*/) {},
        .wm_capabilities = [](void* /*self*/, xdg_toplevel* /*toplevel*/, wl_array* /*all*/) {},
    };
    xdg_wm_base_add_listener(shell_, &kShell, this);
    surface_ = wl_compositor_create_surface(compositor_);
    shell_surface_ = xdg_wm_base_get_xdg_surface(shell_, surface_);
    xdg_surface_add_listener(shell_surface_, &kSurface, this);
    toplevel_ = xdg_surface_get_toplevel(shell_surface_);
    xdg_toplevel_add_listener(toplevel_, &kToplevel, this);
    wl_surface_commit(surface_);
    // The first has no size yet: a tiling compositor says it once there is something to show.
    while (!is_configured_ && wl_display_dispatch(display_) >= 0) {}
    if (configured_.is_empty()) {
        configured_ = {64, 64};
    }
    follow();
    wl_display_roundtrip(display_);
    follow();
    return is_alive();
}

void WaylandPainter::follow() {
    wl_display_roundtrip(display_);
    if (configured_ == size_) {
        return;
    }
    drop_buffers();
    size_ = configured_;
    truth_.assign(size_.area(), 0);
    make_buffers();
    show(Rect::of(size_));
}

void WaylandPainter::make_buffers() {
    static constexpr wl_buffer_listener kListener = {
        .release = [](void* buffer, wl_buffer* /*object*/) {
            static_cast<Buffer*>(buffer)->is_free = true;
        }};
    const std::uint64_t bytes = size_.area() * 4;
    for (Buffer& buffer : buffers_) {
        const UniqueFd fd = create_sealed_memory("painter", bytes, PageSize::Normal).value();
        buffer.memory = MappedMemory::map(fd, Access::ReadWrite, "painter").value();
        wl_shm_pool* pool = wl_shm_create_pool(shm_, fd.get(), static_cast<std::int32_t>(bytes));
        buffer.buffer = wl_shm_pool_create_buffer(pool,
                                                  0,
                                                  static_cast<std::int32_t>(size_.width),
                                                  static_cast<std::int32_t>(size_.height),
                                                  static_cast<std::int32_t>(size_.width * 4),
                                                  WL_SHM_FORMAT_XRGB8888);
        wl_shm_pool_destroy(pool);
        wl_buffer_add_listener(buffer.buffer, &kListener, &buffer);
        buffer.is_free = true;
    }
}

void WaylandPainter::drop_buffers() {
    for (Buffer& buffer : buffers_) {
        if (buffer.buffer != nullptr) {
            wl_buffer_destroy(std::exchange(buffer.buffer, nullptr));
        }
    }
}

WaylandPainter::Buffer& WaylandPainter::free_buffer() {
    while (true) {
        const auto found = std::ranges::find_if(buffers_, &Buffer::is_free);
        if (found != buffers_.end()) {
            return *found;
        }
        if (wl_display_dispatch(display_) < 0) {
            return buffers_.front();
        }
    }
}

void WaylandPainter::show(const Rect& damage) {
    Buffer& buffer = free_buffer();
    buffer.is_free = false;
    std::memcpy(buffer.memory.bytes().data(), truth_.data(), truth_.size() * 4);
    bool is_shown = false;
    static constexpr wl_callback_listener kListener = {
        .done = [](void* shown, wl_callback* /*callback*/, std::uint32_t /*time*/) {
            *static_cast<bool*>(shown) = true;
        }};
    wl_callback* callback = wl_surface_frame(surface_);
    wl_callback_add_listener(callback, &kListener, &is_shown);
    wl_surface_attach(surface_, buffer.buffer, 0, 0);
    wl_surface_damage_buffer(surface_,
                             static_cast<std::int32_t>(damage.x),
                             static_cast<std::int32_t>(damage.y),
                             static_cast<std::int32_t>(damage.width),
                             static_cast<std::int32_t>(damage.height));
    wl_surface_commit(surface_);
    while (!is_shown && wl_display_dispatch(display_) >= 0) {}
    wl_callback_destroy(callback);
}

void WaylandPainter::put(const Rect& rect, std::span<const std::uint32_t> pixels) {
    for (std::uint32_t row = 0; row < rect.height; ++row) {
        std::ranges::copy(pixels.subspan(std::size_t{row} * rect.width, rect.width),
                          truth_.begin() + (rect.y + row) * std::ptrdiff_t{size_.width} + rect.x);
    }
    show(rect);
}

}  // namespace oriel::test
