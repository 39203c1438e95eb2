// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <utility>

#include "capture/pipewire/buffer_notes.h"

namespace oriel::pipewire_capture {

/// The pointer as a stream's producer tells of it beside its pictures.
class StreamCursor {
  public:
    void note(CursorNotes notes);

    /// Nothing: it was never told.
    const std::optional<CursorPosition>& position() const { return position_; }

    /// Where there is another shape than at the last call.
    std::optional<CursorImage> take_image() { return std::exchange(image_, std::nullopt); }

  private:
    std::optional<CursorPosition> position_;
    std::optional<CursorImage> image_;
    bool is_shapeless_ = false;
};

}  // namespace oriel::pipewire_capture
