// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include <spa/buffer/buffer.h>

#include "relay/cursor_image.h"
#include "relay/damage.h"
#include "relay/geometry.h"

namespace oriel::pipewire_capture {

/// What a producer wrote beside a picture (its metadata).
///
/// Trust: the producer's words may change while they are read: each is read once, and checked.
struct PictureNotes {
    Rect crop;      ///< The part to show; all of it where none is told.
    Damage damage;  ///< Inside the crop, and from its corner; all of it where none is told.
    std::uint32_t transform = 0;
    bool is_corrupted = false;
};

PictureNotes read_picture_notes(const spa_buffer& buffer, Size size);

struct CursorNotes {
    CursorPosition position;
    std::optional<CursorImage> image;  ///< Where it changed. An invisible shape hides the pointer.
    bool is_shapeless = false;         ///< It changed to none.
};

/// Nothing: the pointer is none of this stream's metadata.
std::optional<CursorNotes> read_cursor_notes(const spa_buffer& buffer);

}  // namespace oriel::pipewire_capture
