// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "relay/damage.h"

namespace oriel::x11_capture {

/// How pixels of the root window get into the slot.
enum class Way : std::uint8_t {
    InPlace,  ///< ShmGetImage into the slot. It packs rows: whole rows, or one row's part.
    Pixmap,   ///< CopyArea onto a pixmap that is the slot: any rectangle.
    Scratch,  ///< ShmGetImage into memory of ours, then a copy of its rows.
    Wire,     ///< GetImage through the socket, then a copy of its rows.
};

/// What there is to choose from.
enum class Means : std::uint8_t {
    SlotPixmap,   ///< Pixmap.
    SlotSegment,  ///< InPlace and Scratch.
    Scratch,      ///< Scratch alone: the server cannot reach the slot.
    Wire,
};

/// One request.
struct Piece {
    Rect rect;
    Way way = Way::Wire;

    friend bool operator==(const Piece&, const Piece&) = default;
};

/// Pieces that end with a reply, after which every wanted pixel above `rows` is in place.
struct Band {
    std::vector<Piece> pieces;
    std::uint32_t rows = 0;
};

/// Rectangles that are cheaper to read together are joined: a request costs about as much as two
/// thousand pixels.
std::vector<Rect> join_near(std::span<const Rect> rects);

/// The cheapest pieces for `rects` of a picture of `size`. The pieces cover all of `rects`,
/// and may cover more.
std::vector<Piece> plan_pieces(std::span<const Rect> rects, Size size, Means means);

/// All of `wanted`, from the top in `bands` steps of the picture's height; those without anything
/// to read are left out.
std::vector<Band> plan_bands(const Damage& wanted, Size size, Means means, std::uint32_t bands);

}  // namespace oriel::x11_capture
