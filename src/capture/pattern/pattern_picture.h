// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "capture/pattern/pattern_options.h"
#include "capture/pattern/pattern_stamp.h"
#include "relay/damage.h"
#include "relay/frame_info.h"

namespace oriel {

/// What each frame of a pattern looks like: waves of colour with a grain, more than a thousand
/// colours, that travel (PatternChange::Full) or lie still, and a stamp on top.
///
/// The background is prepared once, a little higher than the picture, so that a whole new frame
/// costs one copy.
class PatternPicture {
  public:
    explicit PatternPicture(const PatternOptions& options);

    /// Rows on multiples of 256 bytes.
    FrameGeometry geometry() const;

    /// What differs between frame `before` and the later frame `now`.
    Damage change(std::uint64_t before, std::uint64_t now) const;

    /// Draws `part` of the frame that `stamp` names, and not a pixel more.
    void paint(std::span<std::byte> pixels,
               const FrameGeometry& geometry,
               const Rect& part,
               const PatternStamp& stamp) const;

    /// Whether every pixel is what frame `frame` has there. (X bytes mean nothing.)
    bool matches(std::span<const std::byte> pixels,
                 const FrameGeometry& geometry,
                 std::uint64_t frame) const;

  private:
    Rect moving_rect(std::uint64_t frame) const;
    const std::byte* background(const Rect& part, std::uint64_t frame) const;

    PatternOptions options_;
    std::vector<std::uint32_t> background_;  ///< Rows packed.
};

/// As PatternPicture::matches(), for who checks one frame: preparing the picture costs about as
/// much as the check.
bool verify_pattern(std::span<const std::byte> pixels,
                    const FrameGeometry& geometry,
                    const PatternOptions& options,
                    std::uint64_t frame);

}  // namespace oriel
