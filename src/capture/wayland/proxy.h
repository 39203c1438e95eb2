// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <ext-image-capture-source-v1-client-protocol.h>
#include <ext-image-copy-capture-v1-client-protocol.h>
#include <wayland-client.h>
#include <wlr-screencopy-unstable-v1-client-protocol.h>

namespace oriel::wayland_capture {

/// Each object's own farewell, so that the compositor forgets it, too.
struct DestroyProxy {
    void operator()(wl_registry* object) const noexcept { wl_registry_destroy(object); }

    void operator()(wl_shm* object) const noexcept { wl_shm_destroy(object); }

    void operator()(wl_shm_pool* object) const noexcept { wl_shm_pool_destroy(object); }

    void operator()(wl_buffer* object) const noexcept { wl_buffer_destroy(object); }

    void operator()(wl_output* object) const noexcept {
        if (wl_output_get_version(object) >= WL_OUTPUT_RELEASE_SINCE_VERSION) {
            wl_output_release(object);
        } else {
            wl_output_destroy(object);
        }
    }

    void operator()(zwlr_screencopy_manager_v1* object) const noexcept {
        zwlr_screencopy_manager_v1_destroy(object);
    }

    void operator()(zwlr_screencopy_frame_v1* object) const noexcept {
        zwlr_screencopy_frame_v1_destroy(object);
    }

    void operator()(ext_output_image_capture_source_manager_v1* object) const noexcept {
        ext_output_image_capture_source_manager_v1_destroy(object);
    }

    void operator()(ext_image_capture_source_v1* object) const noexcept {
        ext_image_capture_source_v1_destroy(object);
    }

    void operator()(ext_image_copy_capture_manager_v1* object) const noexcept {
        ext_image_copy_capture_manager_v1_destroy(object);
    }

    void operator()(ext_image_copy_capture_session_v1* object) const noexcept {
        ext_image_copy_capture_session_v1_destroy(object);
    }

    void operator()(ext_image_copy_capture_frame_v1* object) const noexcept {
        ext_image_copy_capture_frame_v1_destroy(object);
    }
};

/// Owns one of our ends of an object in the compositor.
/// Lifetime: the connection outlives it.
template <class T>
using Proxy = std::unique_ptr<T, DestroyProxy>;

}  // namespace oriel::wayland_capture
