// SPDX-License-Identifier: MIT
#include "present/wayland/libdecor_toplevel.h"

#include <algorithm>

namespace oriel {
namespace {

constexpr unsigned kForcesSize =
    LIBDECOR_WINDOW_STATE_MAXIMIZED | LIBDECOR_WINDOW_STATE_FULLSCREEN |
    LIBDECOR_WINDOW_STATE_TILED_LEFT | LIBDECOR_WINDOW_STATE_TILED_RIGHT |
    LIBDECOR_WINDOW_STATE_TILED_TOP | LIBDECOR_WINDOW_STATE_TILED_BOTTOM;

/// libdecor 0.2 tells of it; 0.1 has no name for it.
constexpr unsigned kSuspended = 1U << 7U;

LibdecorToplevel& self(void* data) {
    return *static_cast<LibdecorToplevel*>(data);
}

}  // namespace

LibdecorToplevel::LibdecorToplevel(const LibdecorFunctions& functions,
                                   libdecor* context,
                                   wl_surface* surface,
                                   WaylandToplevelListener& listener)
    : functions_(&functions),
      listener_(&listener),
      frame_(functions.decorate(context, surface, callbacks(), this), {functions.frame_unref}) {
    functions_->set_app_id(frame_.get(), kWaylandAppId);
    // Without that it lets the content be dragged to less than nothing.
    functions_->set_min_content_size(frame_.get(), 1, 1);
}

libdecor_frame_interface* LibdecorToplevel::callbacks() {
    static libdecor_frame_interface all = [] {
        libdecor_frame_interface made{};
        made.configure = [](libdecor_frame*, libdecor_configuration* configuration, void* data) {
            self(data).take_configuration(configuration);
        };
        made.close = [](libdecor_frame*, void* data) {
            self(data).listener_->on_close_wanted();
        };
        made.commit = [](libdecor_frame*, void* data) {
            self(data).listener_->on_commit_wanted();
        };
        made.dismiss_popup = [](libdecor_frame*, const char*, void*) {
        };
        return made;
    }();
    return &all;
}

void LibdecorToplevel::set_title(const std::string& title) {
    functions_->set_title(frame_.get(), title.c_str());
}

void LibdecorToplevel::fill(wl_output* output) {
    functions_->set_fullscreen(frame_.get(), output);
}

void LibdecorToplevel::leave_full_screen() {
    functions_->unset_fullscreen(frame_.get());
}

void LibdecorToplevel::map() {
    functions_->map(frame_.get());
}

WaylandWanted LibdecorToplevel::wanted(libdecor_configuration* configuration) const {
    WaylandWanted wanted;
    int width = 0;
    int height = 0;
    if (functions_->get_content_size(configuration, frame_.get(), &width, &height)) {
        wanted.size = {static_cast<std::uint32_t>(std::max(width, 1)),
                       static_cast<std::uint32_t>(std::max(height, 1))};
    }
    libdecor_window_state state = LIBDECOR_WINDOW_STATE_NONE;
    functions_->get_window_state(configuration, &state);
    const auto states = static_cast<unsigned>(state);
    wanted.is_forced = (states & kForcesSize) != 0;
    wanted.is_full_screen = (states & LIBDECOR_WINDOW_STATE_FULLSCREEN) != 0;
    wanted.is_suspended = (states & kSuspended) != 0;
    return wanted;
}

/// It has to be answered before it is gone: with the end of the call.
void LibdecorToplevel::take_configuration(libdecor_configuration* configuration) {
    commit(listener_->on_wanted(wanted(configuration)), configuration);
}

void LibdecorToplevel::prepare_commit(Size content) {
    if (content != committed_) {
        commit(content, nullptr);
    }
}

/// Lays the frame around it, for the surface's next commit.
void LibdecorToplevel::commit(Size content, libdecor_configuration* configuration) {
    libdecor_state* const state =
        functions_->state_new(static_cast<int>(content.width), static_cast<int>(content.height));
    functions_->commit(frame_.get(), state, configuration);
    functions_->state_free(state);
    committed_ = content;
}

}  // namespace oriel
