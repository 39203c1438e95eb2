// SPDX-License-Identifier: MIT
#include "capture/pipewire/stream_cursor.h"

namespace oriel::pipewire_capture {

void StreamCursor::note(CursorNotes notes) {
    using Visibility = CursorPosition::Visibility;
    if (notes.image) {
        image_ = std::move(notes.image);
        is_shapeless_ = false;
    }
    is_shapeless_ = is_shapeless_ || notes.is_shapeless;
    if (is_shapeless_) {
        notes.position.visibility = Visibility::Hidden;
    }
    if (notes.position.visibility == Visibility::Hidden && position_) {
        position_->visibility = Visibility::Hidden;
        return;
    }
    position_ = notes.position;
}

}  // namespace oriel::pipewire_capture
