// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "viewer/shown_frame.h"

namespace oriel {

/// The frames shown in the last ten seconds, for figures that follow what happens now. Bounded:
/// of a guest and a display that are faster than any, the newest alone are kept.
class FrameHistory {
  public:
    static constexpr Nanoseconds kSpan = std::chrono::seconds(10);

    /// Over which rates are counted.
    static constexpr Nanoseconds kRateSpan = std::chrono::seconds(2);

    struct Frame {
        ShownFrame times;
        std::uint64_t published = 0;  ///< By the guest since the frame before, this one included.
        double share = 0;             ///< Of the picture that changed, 0..1.
    };

    /// `picture_pixels`: of the whole picture. Trust: the publisher's moments and the sequence are
    /// claims.
    void add(const ShownFrame& frame, std::uint64_t picture_pixels);

    struct Rates {
        double published = 0;  ///< Each second.
        double shown = 0;
        double damaged_pixels = 0;
        double share = 0;  ///< Of the picture, in the middle of those frames; not a rate.
    };

    Rates rates(Nanoseconds now) const;

    /// Until then rates() goes on changing without any frame; empty: it tells of none any more.
    std::optional<Nanoseconds> silent_from(Nanoseconds now) const;

    /// Empty where nothing was shown yet.
    std::optional<Nanoseconds> newest() const;

    /// The newest frame and those up to kSpan before it, in their order.
    const std::deque<Frame>& frames() const { return frames_; }

  private:
    static constexpr std::size_t kMostFrames = 4096;

    std::deque<Frame> frames_;
    std::uint64_t last_sequence_ = 0;
};

/// A stage of a frame's way; empty where it cannot be known, or what a publisher says cannot be.
using FrameStage = std::function<std::optional<Nanoseconds>(const ShownFrame&)>;

std::optional<Nanoseconds> capture_time(const ShownFrame& frame);
std::optional<Nanoseconds> relay_time(const ShownFrame& frame);
std::optional<Nanoseconds> show_time(const ShownFrame& frame);
std::optional<Nanoseconds> total_time(const ShownFrame& frame);

}  // namespace oriel
