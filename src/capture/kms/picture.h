// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "capture/kms/kms_device.h"
#include "capture/kms/layer.h"
#include "relay/damage.h"
#include "relay/frame_info.h"

namespace oriel::kms_capture {

/// What a screen shows, in memory of ours: one Layer for each of its planes, the farthest first.
class Picture {
  public:
    /// Takes over what the planes show now. Returns what changed in it; a plane that came, went or
    /// moved changes all that it covered and covers. Where the size or the format became another,
    /// all is damaged.
    /// Errors: those of KmsDevice::pixels(), and Protocol; the picture is whole all the same, and
    /// what was taken over before the error is part of the next look's damage.
    Result<Damage> look(KmsDevice& device, Size size, std::span<const KmsPlane> layers);

    /// Whether look() is known to bring something: some of the rows are compared, others each time.
    /// Where it says no, a change as high as a line of letters is seldom missed, and any at all
    /// not for long. Errors: those of KmsDevice::pixels().
    Result<bool> glance(KmsDevice& device, Size size, std::span<const KmsPlane> layers);

    /// As write() writes it.
    const FrameGeometry& geometry() const { return geometry_; }

    /// Writes a part, which lies inside the picture, to its place in `slot` (geometry().bytes()).
    void write(const Rect& rect, std::span<std::byte> slot) const;

    /// Forgets all pixels: the next look brings everything.
    void clear();

  private:
    /// What look() found: the planes with their pixels, none of them out of sight.
    struct Shown {
        KmsPlane plane;
        Rect place;
        std::shared_ptr<const MappedPixels> pixels;
    };

    static Result<std::vector<Shown>> map_all(KmsDevice& device,
                                              Size size,
                                              std::span<const KmsPlane> layers);
    bool is_as_shown(Size size, std::span<const Shown> shown) const;
    void reshape(Size size, std::span<const Shown> shown);
    void match_layers(std::span<const Shown> shown);
    const Layer* sole_layer(const Rect& rect) const;
    void write_composed(const Rect& rect, std::span<std::byte> slot) const;

    FrameGeometry geometry_;
    std::vector<Layer> layers_;
    std::uint32_t glances_ = 0;
    Damage found_;  ///< Since the last look that went well.
};

}  // namespace oriel::kms_capture
