// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

struct wl_buffer;
struct wl_callback;
struct wl_compositor;
struct wl_cursor_theme;
struct wl_display;
struct wl_keyboard;
struct wl_output;
struct wl_pointer;
struct wl_region;
struct wl_registry;
struct wl_seat;
struct wl_shm;
struct wl_shm_pool;
struct wl_subcompositor;
struct wl_subsurface;
struct wl_surface;
struct wl_touch;
struct wp_content_type_manager_v1;
struct wp_content_type_v1;
struct wp_cursor_shape_device_v1;
struct wp_cursor_shape_manager_v1;
struct wp_fifo_manager_v1;
struct wp_fifo_v1;
struct wp_fractional_scale_manager_v1;
struct wp_fractional_scale_v1;
struct wp_presentation;
struct wp_presentation_feedback;
struct wp_single_pixel_buffer_manager_v1;
struct wp_tearing_control_manager_v1;
struct wp_tearing_control_v1;
struct wp_viewport;
struct wp_viewporter;
struct xdg_activation_v1;
struct xdg_surface;
struct xdg_toplevel;
struct xdg_wm_base;
struct zwp_confined_pointer_v1;
struct zwp_idle_inhibit_manager_v1;
struct zwp_idle_inhibitor_v1;
struct zwp_keyboard_shortcuts_inhibit_manager_v1;
struct zwp_keyboard_shortcuts_inhibitor_v1;
struct zwp_linux_buffer_params_v1;
struct zwp_linux_dmabuf_feedback_v1;
struct zwp_linux_dmabuf_v1;
struct zwp_locked_pointer_v1;
struct zwp_pointer_constraints_v1;
struct zwp_relative_pointer_manager_v1;
struct zwp_relative_pointer_v1;
struct zxdg_decoration_manager_v1;
struct zxdg_toplevel_decoration_v1;

namespace oriel {

/// Tells the compositor that an object is not needed any more. One line for each kind.
struct WaylandDestroy {
    void operator()(wl_buffer* object) const noexcept;
    void operator()(wl_callback* object) const noexcept;
    void operator()(wl_compositor* object) const noexcept;
    void operator()(wl_cursor_theme* object) const noexcept;
    void operator()(wl_display* object) const noexcept;  ///< Ends the connection.
    void operator()(wl_keyboard* object) const noexcept;
    void operator()(wl_output* object) const noexcept;
    void operator()(wl_pointer* object) const noexcept;
    void operator()(wl_region* object) const noexcept;
    void operator()(wl_registry* object) const noexcept;
    void operator()(wl_seat* object) const noexcept;
    void operator()(wl_shm* object) const noexcept;
    void operator()(wl_shm_pool* object) const noexcept;
    void operator()(wl_subcompositor* object) const noexcept;
    void operator()(wl_subsurface* object) const noexcept;
    void operator()(wl_surface* object) const noexcept;
    void operator()(wl_touch* object) const noexcept;
    void operator()(wp_content_type_manager_v1* object) const noexcept;
    void operator()(wp_content_type_v1* object) const noexcept;
    void operator()(wp_cursor_shape_device_v1* object) const noexcept;
    void operator()(wp_cursor_shape_manager_v1* object) const noexcept;
    void operator()(wp_fifo_manager_v1* object) const noexcept;
    void operator()(wp_fifo_v1* object) const noexcept;
    void operator()(wp_fractional_scale_manager_v1* object) const noexcept;
    void operator()(wp_fractional_scale_v1* object) const noexcept;
    void operator()(wp_presentation* object) const noexcept;
    void operator()(struct wp_presentation_feedback* object) const noexcept;
    void operator()(wp_single_pixel_buffer_manager_v1* object) const noexcept;
    void operator()(wp_tearing_control_manager_v1* object) const noexcept;
    void operator()(wp_tearing_control_v1* object) const noexcept;
    void operator()(wp_viewport* object) const noexcept;
    void operator()(wp_viewporter* object) const noexcept;
    void operator()(xdg_activation_v1* object) const noexcept;
    void operator()(xdg_surface* object) const noexcept;
    void operator()(xdg_toplevel* object) const noexcept;
    void operator()(xdg_wm_base* object) const noexcept;
    void operator()(zwp_confined_pointer_v1* object) const noexcept;
    void operator()(zwp_idle_inhibit_manager_v1* object) const noexcept;
    void operator()(zwp_idle_inhibitor_v1* object) const noexcept;
    void operator()(zwp_keyboard_shortcuts_inhibit_manager_v1* object) const noexcept;
    void operator()(zwp_keyboard_shortcuts_inhibitor_v1* object) const noexcept;
    void operator()(zwp_linux_buffer_params_v1* object) const noexcept;
    void operator()(zwp_linux_dmabuf_feedback_v1* object) const noexcept;
    void operator()(zwp_linux_dmabuf_v1* object) const noexcept;
    void operator()(zwp_locked_pointer_v1* object) const noexcept;
    void operator()(zwp_pointer_constraints_v1* object) const noexcept;
    void operator()(zwp_relative_pointer_manager_v1* object) const noexcept;
    void operator()(zwp_relative_pointer_v1* object) const noexcept;
    void operator()(zxdg_decoration_manager_v1* object) const noexcept;
    void operator()(zxdg_toplevel_decoration_v1* object) const noexcept;
};

/// Owns an object of a compositor's. Lifetime: ends before the connection.
template <class T>
using WaylandOwned = std::unique_ptr<T, WaylandDestroy>;

}  // namespace oriel
