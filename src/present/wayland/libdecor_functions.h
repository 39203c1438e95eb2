// SPDX-License-Identifier: MIT
#pragma once

#include <libdecor.h>

#include "base/result.h"

namespace oriel {

/// What is called of libdecor, which is loaded and not linked: most desktops can do without.
struct LibdecorFunctions {
    decltype(&::libdecor_new) create = nullptr;
    decltype(&::libdecor_unref) unref = nullptr;
    decltype(&::libdecor_decorate) decorate = nullptr;
    decltype(&::libdecor_frame_unref) frame_unref = nullptr;
    decltype(&::libdecor_frame_set_title) set_title = nullptr;
    decltype(&::libdecor_frame_set_app_id) set_app_id = nullptr;
    decltype(&::libdecor_frame_set_min_content_size) set_min_content_size = nullptr;
    decltype(&::libdecor_frame_set_fullscreen) set_fullscreen = nullptr;
    decltype(&::libdecor_frame_unset_fullscreen) unset_fullscreen = nullptr;
    decltype(&::libdecor_frame_map) map = nullptr;
    decltype(&::libdecor_frame_commit) commit = nullptr;
    decltype(&::libdecor_state_new) state_new = nullptr;
    decltype(&::libdecor_state_free) state_free = nullptr;
    decltype(&::libdecor_configuration_get_content_size) get_content_size = nullptr;
    decltype(&::libdecor_configuration_get_window_state) get_window_state = nullptr;
};

/// It stays loaded. Errors: Unsupported where it is not installed, or is another library than ours.
Result<LibdecorFunctions> load_libdecor();

/// A plugin of libdecor's is loaded: `create` has found one that draws. It works without, too, but
/// draws nothing then, and does not tell.
bool has_libdecor_plugin();

}  // namespace oriel
