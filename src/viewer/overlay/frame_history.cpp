// SPDX-License-Identifier: MIT
#include "viewer/overlay/frame_history.h"

#include <algorithm>

namespace oriel {
namespace {

/// More cannot have been published between two frames that were shown.
constexpr std::uint64_t kMostPublished = 10'000;

std::optional<Nanoseconds> plausible(Nanoseconds from, Nanoseconds to) {
    const Nanoseconds time = wrapping_difference(to, from);
    const bool can_be = time >= Nanoseconds(0) && time <= std::chrono::minutes(1);
    return can_be ? std::optional(time) : std::nullopt;
}

double seconds_of(Nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

void FrameHistory::add(const ShownFrame& frame, std::uint64_t picture_pixels) {
    // Another session counts from its own beginning.
    const bool follows = last_sequence_ != 0 && frame.sequence >= last_sequence_;
    const std::uint64_t published = follows ? frame.sequence - last_sequence_ : 1;
    last_sequence_ = frame.sequence;
    const double share = picture_pixels == 0 ? 0
                                             : static_cast<double>(frame.damaged_pixels) /
                                                   static_cast<double>(picture_pixels);
    frames_.push_back({frame, std::min(published, kMostPublished), std::min(share, 1.0)});
    while (frames_.size() > kMostFrames || frame.shown - frames_.front().times.shown > kSpan) {
        frames_.pop_front();
    }
}

FrameHistory::Rates FrameHistory::rates(Nanoseconds now) const {
    Rates sums;
    for (auto frame = frames_.rbegin();
         frame != frames_.rend() && now - frame->times.shown < kRateSpan;
         ++frame) {
        sums.published += static_cast<double>(frame->published);
        sums.shown += 1;
        sums.damaged_pixels += static_cast<double>(frame->times.damaged_pixels);
        sums.share += frame->share;
    }
    if (sums.shown == 0) {
        return {};
    }
    const double seconds = seconds_of(kRateSpan);
    return {.published = sums.published / seconds,
            .shown = sums.shown / seconds,
            .damaged_pixels = sums.damaged_pixels / seconds,
            .share = sums.share / sums.shown};
}

std::optional<Nanoseconds> FrameHistory::silent_from(Nanoseconds now) const {
    const auto last = newest();
    return last && now - *last < kRateSpan ? std::optional(*last + kRateSpan) : std::nullopt;
}

std::optional<Nanoseconds> FrameHistory::newest() const {
    return frames_.empty() ? std::nullopt : std::optional(frames_.back().times.shown);
}

std::optional<Nanoseconds> capture_time(const ShownFrame& frame) {
    return frame.publishers ? plausible(frame.publishers->changed, frame.publishers->captured)
                            : std::nullopt;
}

std::optional<Nanoseconds> relay_time(const ShownFrame& frame) {
    return frame.publishers ? plausible(frame.publishers->captured, frame.taken) : std::nullopt;
}

std::optional<Nanoseconds> show_time(const ShownFrame& frame) {
    return plausible(frame.taken, frame.shown);
}

std::optional<Nanoseconds> total_time(const ShownFrame& frame) {
    return frame.publishers ? plausible(frame.publishers->changed, frame.shown) : std::nullopt;
}

}  // namespace oriel
