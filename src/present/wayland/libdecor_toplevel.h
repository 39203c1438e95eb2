// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "present/wayland/libdecor_functions.h"
#include "present/wayland/toplevel.h"

struct wl_surface;

namespace oriel {

/// A window with a frame that libdecor draws around it, of surfaces of its own.
///
/// Its toplevel comes from libdecor, which hears the compositor and hands on what it wants.
class LibdecorToplevel final : public WaylandToplevel {
  public:
    /// Borrows: `functions`, context, surface and listener outlive it.
    LibdecorToplevel(const LibdecorFunctions& functions,
                     libdecor* context,
                     wl_surface* surface,
                     WaylandToplevelListener& listener);

    Frame frame() const override { return Frame::ByLibrary; }

    void set_title(const std::string& title) override;
    void fill(wl_output* output) override;
    void leave_full_screen() override;
    void map() override;
    void prepare_commit(Size content) override;

  private:
    struct Unref {
        decltype(&::libdecor_frame_unref) call;

        void operator()(libdecor_frame* frame) const noexcept { call(frame); }
    };

    static libdecor_frame_interface* callbacks();
    void take_configuration(libdecor_configuration* configuration);
    WaylandWanted wanted(libdecor_configuration* configuration) const;
    void commit(Size content, libdecor_configuration* configuration);

    const LibdecorFunctions* functions_;
    WaylandToplevelListener* listener_;
    Size committed_{};
    std::unique_ptr<libdecor_frame, Unref> frame_;
};

}  // namespace oriel
