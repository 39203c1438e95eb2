// SPDX-License-Identifier: MIT
#include "relay/frame_copy.h"

#include <algorithm>

#include "relay/copy_kernel.h"

namespace oriel {

FrameCopy::FrameCopy(const FrameFeed& reader,
                     const FoundFrame& frame,
                     const Damage& damage,
                     std::span<std::byte> to)
    : reader_(reader),
      frame_(frame),
      damage_(damage),
      to_(to),
      last_row_(std::min(damage.bounds().bottom(), frame.info.geometry.size.height)) {
    ORIEL_ASSERT(to.size() >= frame.info.geometry.bytes());
}

FrameCopy::Step FrameCopy::step() {
    const FrameProgress progress = reader_.progress(frame_);
    switch (progress.outcome) {
    case FrameProgress::Outcome::Aborted:
        return Step::Aborted;
    case FrameProgress::Outcome::Gone:
        return Step::Torn;
    case FrameProgress::Outcome::Writing:
    case FrameProgress::Outcome::Finished:
        break;
    }
    const std::uint32_t ready = std::min(progress.rows, last_row_);
    if (ready > rows_done_) {
        copy_band(rows_done_, ready);
        rows_done_ = ready;
    } else if (progress.outcome == FrameProgress::Outcome::Writing) {
        return Step::Waiting;
    }
    if (progress.outcome != FrameProgress::Outcome::Finished) {
        return Step::More;
    }
    return reader_.is_current(frame_) ? Step::Complete : Step::Torn;
}

void FrameCopy::copy_band(std::uint32_t from_row, std::uint32_t to_row) {
    const FrameGeometry& geometry = frame_.info.geometry;
    const Rect band{0, from_row, geometry.size.width, to_row - from_row};
    const std::uint32_t pixel = bytes_per_pixel(geometry.format);
    for (const Rect& rect : damage_.rects()) {
        const Rect part = rect.intersected(band);
        if (part.is_empty()) {
            continue;
        }
        const std::uint64_t offset =
            std::uint64_t{part.y} * geometry.stride + std::uint64_t{part.x} * pixel;
        const std::uint64_t row_bytes = std::uint64_t{part.width} * pixel;
        copy_rows(to_.data() + offset,
                  frame_.pixels.unparsed().data() + offset,
                  {row_bytes, part.height, geometry.stride, geometry.stride});
        copied_bytes_ += row_bytes * part.height;
    }
}

}  // namespace oriel
