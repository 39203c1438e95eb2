// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/mapped_memory.h"
#include "present/presenter.h"
#include "present/x11/connection.h"
#include "present/x11/pixels.h"

namespace oriel {

/// Finds, for each frame, pixels that the server can draw: the guest's own where the server has
/// mapped the region, else the copy made for it by the relay, else a conversion made here.
class X11FrameSource {
  public:
    explicit X11FrameSource(const X11Connection& connection) : connection_(&connection) {}

    /// Blocks: a round trip. Errors: the server cannot map it; frames come as copies.
    Result<void> bind_region(const UniqueFd& fd, const MappedMemory& memory);

    bool is_region_bound() const { return region_.has_value(); }

    /// The server stopped reading the region (its file was cut short): from now on we copy.
    void forget_region() { region_.reset(); }

    /// As Presenter::copy_target().
    std::span<std::byte> copy_target(const FrameGeometry& geometry);

    struct Drawable {
        X11Pixels pixels;
        Rect seen;  ///< What of them is the shown picture.
    };

    /// `parts` of the shown picture (see to_shown()) changed since the last call.
    /// Errors: System, where a conversion finds no memory.
    Result<Drawable> drawable(const PresentFrame& frame, std::span<const Rect> parts);

  private:
    std::optional<X11Pixels> as_it_is(const PresentFrame& frame) const;
    Result<Drawable> convert(const PresentFrame& frame, std::span<const Rect> parts);

    const X11Connection* connection_;
    std::optional<X11Segment> region_;
    std::optional<X11Image> copy_;     ///< Of frames that need no conversion.
    std::vector<std::byte> raw_copy_;  ///< Of the others.
    FrameGeometry copy_geometry_;
    std::optional<X11Image> converted_;
    bool is_converted_current_ = false;
};

}  // namespace oriel
