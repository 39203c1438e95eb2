// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "capture/kms/gpu_types.h"
#include "capture/kms/kms_device.h"
#include "capture/row_compare.h"
#include "relay/damage.h"

namespace oriel::kms_capture {

/// Our own copy of what one plane shows, in the framebuffer's layout.
class Layer {
  public:
    /// Empty at first: look() brings the pixels. `place` is the plane's visible part.
    Layer(const KmsPlane& plane, const Rect& place, PixelLayout layout);

    /// Whether `plane` is this one still, and looks alike but for its pixels: those may come from
    /// another framebuffer, or another part of one.
    bool is_same(const KmsPlane& plane, const Rect& place, PixelLayout layout) const;

    /// Compares and takes over what changed; in the screen's pixels. `plane` is_same().
    /// Errors: Protocol where the framebuffer is smaller than what is shown of it.
    Result<Damage> look(const KmsPlane& plane, const MappedPixels& pixels);

    /// Compares about 64 of the rows, others each `turn`, until all had theirs. True also where
    /// look() would bring an error.
    bool glance(const KmsPlane& plane, const MappedPixels& pixels, std::uint32_t turn);

    std::uint32_t plane() const { return plane_.id; }

    const Rect& place() const { return place_; }

    PixelLayout layout() const { return layout_; }

    /// It hides what lies under it. The farthest layer always does.
    bool is_opaque() const;

    std::uint32_t alpha() const { return plane_.alpha; }

    KmsPlane::Blend blend() const { return plane_.blend; }

    /// A pixel of the copy, by its place on the screen, which lies inside place().
    const std::byte* pixel(std::uint32_t x, std::uint32_t y) const {
        return copy_.data() + (y - place_.y) * stride_ +
               std::size_t{x - place_.x} * bytes_per_pixel(layout_);
    }

    std::size_t stride() const { return stride_; }

  private:
    Result<ComparedPixels> compared(const KmsPlane& plane, const MappedPixels& pixels);

    KmsPlane plane_;
    Rect place_;
    PixelLayout layout_;
    std::size_t stride_;
    std::vector<std::byte> copy_;
    bool is_filled_ = false;
};

}  // namespace oriel::kms_capture
