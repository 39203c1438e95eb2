// SPDX-License-Identifier: MIT
#include "present/wayland/owned.h"

#include <content-type-v1-client-protocol.h>
#include <cursor-shape-v1-client-protocol.h>
#include <fifo-v1-client-protocol.h>
#include <fractional-scale-v1-client-protocol.h>
#include <idle-inhibit-unstable-v1-client-protocol.h>
#include <keyboard-shortcuts-inhibit-unstable-v1-client-protocol.h>
#include <linux-dmabuf-unstable-v1-client-protocol.h>
#include <pointer-constraints-unstable-v1-client-protocol.h>
#include <presentation-time-client-protocol.h>
#include <relative-pointer-unstable-v1-client-protocol.h>
#include <single-pixel-buffer-v1-client-protocol.h>
#include <tearing-control-v1-client-protocol.h>
#include <viewporter-client-protocol.h>
#include <wayland-client.h>
#include <wayland-cursor.h>
#include <xdg-activation-v1-client-protocol.h>
#include <xdg-decoration-unstable-v1-client-protocol.h>
#include <xdg-shell-client-protocol.h>

namespace oriel {

void WaylandDestroy::operator()(wl_buffer* object) const noexcept {
    wl_buffer_destroy(object);
}

void WaylandDestroy::operator()(wl_callback* object) const noexcept {
    wl_callback_destroy(object);
}

void WaylandDestroy::operator()(wl_compositor* object) const noexcept {
    wl_compositor_destroy(object);
}

void WaylandDestroy::operator()(wl_cursor_theme* object) const noexcept {
    wl_cursor_theme_destroy(object);
}

void WaylandDestroy::operator()(wl_display* object) const noexcept {
    wl_display_disconnect(object);
}

void WaylandDestroy::operator()(wl_keyboard* object) const noexcept {
    if (wl_keyboard_get_version(object) >= WL_KEYBOARD_RELEASE_SINCE_VERSION) {
        wl_keyboard_release(object);
    } else {
        wl_keyboard_destroy(object);
    }
}

void WaylandDestroy::operator()(wl_output* object) const noexcept {
    if (wl_output_get_version(object) >= WL_OUTPUT_RELEASE_SINCE_VERSION) {
        wl_output_release(object);
    } else {
        wl_output_destroy(object);
    }
}

void WaylandDestroy::operator()(wl_pointer* object) const noexcept {
    if (wl_pointer_get_version(object) >= WL_POINTER_RELEASE_SINCE_VERSION) {
        wl_pointer_release(object);
    } else {
        wl_pointer_destroy(object);
    }
}

void WaylandDestroy::operator()(wl_region* object) const noexcept {
    wl_region_destroy(object);
}

void WaylandDestroy::operator()(wl_registry* object) const noexcept {
    wl_registry_destroy(object);
}

void WaylandDestroy::operator()(wl_seat* object) const noexcept {
    if (wl_seat_get_version(object) >= WL_SEAT_RELEASE_SINCE_VERSION) {
        wl_seat_release(object);
    } else {
        wl_seat_destroy(object);
    }
}

void WaylandDestroy::operator()(wl_shm* object) const noexcept {
    wl_shm_destroy(object);
}

void WaylandDestroy::operator()(wl_shm_pool* object) const noexcept {
    wl_shm_pool_destroy(object);
}

void WaylandDestroy::operator()(wl_subcompositor* object) const noexcept {
    wl_subcompositor_destroy(object);
}

void WaylandDestroy::operator()(wl_subsurface* object) const noexcept {
    wl_subsurface_destroy(object);
}

void WaylandDestroy::operator()(wl_surface* object) const noexcept {
    wl_surface_destroy(object);
}

void WaylandDestroy::operator()(wl_touch* object) const noexcept {
    if (wl_touch_get_version(object) >= WL_TOUCH_RELEASE_SINCE_VERSION) {
        wl_touch_release(object);
    } else {
        wl_touch_destroy(object);
    }
}

void WaylandDestroy::operator()(wp_content_type_manager_v1* object) const noexcept {
    wp_content_type_manager_v1_destroy(object);
}

void WaylandDestroy::operator()(wp_content_type_v1* object) const noexcept {
    wp_content_type_v1_destroy(object);
}

void WaylandDestroy::operator()(wp_cursor_shape_device_v1* object) const noexcept {
    wp_cursor_shape_device_v1_destroy(object);
}

void WaylandDestroy::operator()(wp_cursor_shape_manager_v1* object) const noexcept {
    wp_cursor_shape_manager_v1_destroy(object);
}

void WaylandDestroy::operator()(wp_fifo_manager_v1* object) const noexcept {
    wp_fifo_manager_v1_destroy(object);
}

void WaylandDestroy::operator()(wp_fifo_v1* object) const noexcept {
    wp_fifo_v1_destroy(object);
}

void WaylandDestroy::operator()(wp_fractional_scale_manager_v1* object) const noexcept {
    wp_fractional_scale_manager_v1_destroy(object);
}

void WaylandDestroy::operator()(wp_fractional_scale_v1* object) const noexcept {
    wp_fractional_scale_v1_destroy(object);
}

void WaylandDestroy::operator()(wp_presentation* object) const noexcept {
    wp_presentation_destroy(object);
}

void WaylandDestroy::operator()(struct wp_presentation_feedback* object) const noexcept {
    wp_presentation_feedback_destroy(object);
}

void WaylandDestroy::operator()(wp_single_pixel_buffer_manager_v1* object) const noexcept {
    wp_single_pixel_buffer_manager_v1_destroy(object);
}

void WaylandDestroy::operator()(wp_tearing_control_manager_v1* object) const noexcept {
    wp_tearing_control_manager_v1_destroy(object);
}

void WaylandDestroy::operator()(wp_tearing_control_v1* object) const noexcept {
    wp_tearing_control_v1_destroy(object);
}

void WaylandDestroy::operator()(wp_viewport* object) const noexcept {
    wp_viewport_destroy(object);
}

void WaylandDestroy::operator()(wp_viewporter* object) const noexcept {
    wp_viewporter_destroy(object);
}

void WaylandDestroy::operator()(xdg_activation_v1* object) const noexcept {
    xdg_activation_v1_destroy(object);
}

void WaylandDestroy::operator()(xdg_surface* object) const noexcept {
    xdg_surface_destroy(object);
}

void WaylandDestroy::operator()(xdg_toplevel* object) const noexcept {
    xdg_toplevel_destroy(object);
}

void WaylandDestroy::operator()(xdg_wm_base* object) const noexcept {
    xdg_wm_base_destroy(object);
}

void WaylandDestroy::operator()(zwp_confined_pointer_v1* object) const noexcept {
    zwp_confined_pointer_v1_destroy(object);
}

void WaylandDestroy::operator()(zwp_idle_inhibit_manager_v1* object) const noexcept {
    zwp_idle_inhibit_manager_v1_destroy(object);
}

void WaylandDestroy::operator()(zwp_idle_inhibitor_v1* object) const noexcept {
    zwp_idle_inhibitor_v1_destroy(object);
}

void WaylandDestroy::operator()(zwp_keyboard_shortcuts_inhibit_manager_v1* object) const noexcept {
    zwp_keyboard_shortcuts_inhibit_manager_v1_destroy(object);
}

void WaylandDestroy::operator()(zwp_keyboard_shortcuts_inhibitor_v1* object) const noexcept {
    zwp_keyboard_shortcuts_inhibitor_v1_destroy(object);
}

void WaylandDestroy::operator()(zwp_linux_buffer_params_v1* object) const noexcept {
    zwp_linux_buffer_params_v1_destroy(object);
}

void WaylandDestroy::operator()(zwp_linux_dmabuf_feedback_v1* object) const noexcept {
    zwp_linux_dmabuf_feedback_v1_destroy(object);
}

void WaylandDestroy::operator()(zwp_linux_dmabuf_v1* object) const noexcept {
    zwp_linux_dmabuf_v1_destroy(object);
}

void WaylandDestroy::operator()(zwp_locked_pointer_v1* object) const noexcept {
    zwp_locked_pointer_v1_destroy(object);
}

void WaylandDestroy::operator()(zwp_pointer_constraints_v1* object) const noexcept {
    zwp_pointer_constraints_v1_destroy(object);
}

void WaylandDestroy::operator()(zwp_relative_pointer_manager_v1* object) const noexcept {
    zwp_relative_pointer_manager_v1_destroy(object);
}

void WaylandDestroy::operator()(zwp_relative_pointer_v1* object) const noexcept {
    zwp_relative_pointer_v1_destroy(object);
}

void WaylandDestroy::operator()(zxdg_decoration_manager_v1* object) const noexcept {
    zxdg_decoration_manager_v1_destroy(object);
}

void WaylandDestroy::operator()(zxdg_toplevel_decoration_v1* object) const noexcept {
    zxdg_toplevel_decoration_v1_destroy(object);
}

}  // namespace oriel
