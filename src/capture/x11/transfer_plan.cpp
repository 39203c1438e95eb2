// SPDX-License-Identifier: MIT
#include "capture/x11/transfer_plan.h"

#include <algorithm>

namespace oriel::x11_capture {
namespace {

/// Measured under Xvfb: 64 requests of 16x16 take 30 us longer than one.
constexpr std::uint64_t kPixelsPerRequest = 2000;

/// A reply through the socket is held in memory by server and xcb.
constexpr std::uint64_t kMaxWirePixels = 1U << 20U;

/// Rows packed by the server lie as the slot's rows do.
bool lands_in_place(const Rect& rect, Size size) {
    return rect.width == size.width || rect.height == 1;
}

Rect whole_rows(const Rect& rect, Size size) {
    return {0, rect.y, size.width, rect.height};
}

/// Server CPU time for a million pixels, measured under Xvfb at 1080p and 4K: CopyArea of whole
/// rows 0.20 to 0.35 ms, of parts of rows 0.45 to 0.70 ms; ShmGetImage of whole rows 0.35 to
/// 0.47 ms. So the pixmap serves whole rows too, and what spans most of a row is read with the
/// rest of it.
Piece pixmap_piece(const Rect& rect, Size size) {
    const bool spans_most = 4 * std::uint64_t{rect.width} >= 3 * std::uint64_t{size.width};
    return {spans_most ? whole_rows(rect, size) : rect, Way::Pixmap};
}

/// Whole rows are written once; through scratch memory the rectangle is written twice.
Piece segment_piece(const Rect& rect, Size size) {
    if (lands_in_place(rect, size)) {
        return {rect, Way::InPlace};
    }
    return 2 * std::uint64_t{rect.width} < size.width ? Piece{rect, Way::Scratch}
                                                      : Piece{whole_rows(rect, size), Way::InPlace};
}

/// Strips of whole rows that share rows become one.
void join_strips(std::vector<Piece>& pieces, Size size) {
    const auto first_strip =
        std::stable_partition(pieces.begin(), pieces.end(), [&](const Piece& piece) {
            return piece.way == Way::Scratch || piece.way == Way::Wire ||
                   piece.rect.width != size.width;
        });
    std::ranges::sort(
        first_strip, pieces.end(), {}, [](const Piece& piece) { return piece.rect.y; });
    auto last = first_strip;
    for (auto it = first_strip; it != pieces.end(); ++it) {
        if (it != last && it->rect.y <= last->rect.bottom()) {
            last->rect = last->rect.united(it->rect);
        } else if (it != last) {
            *++last = *it;
        }
    }
    if (last != pieces.end()) {
        pieces.erase(last + 1, pieces.end());
    }
}

void add_wire_pieces(std::vector<Piece>& pieces, const Rect& rect) {
    const auto rows =
        static_cast<std::uint32_t>(std::max<std::uint64_t>(1, kMaxWirePixels / rect.width));
    for (std::uint32_t row = 0; row < rect.height; row += rows) {
        pieces.push_back(
            {{rect.x, rect.y + row, rect.width, std::min(rows, rect.height - row)}, Way::Wire});
    }
}

}  // namespace

std::vector<Rect> join_near(std::span<const Rect> rects) {
    std::vector<Rect> joined;
    for (Rect rect : rects) {
        // Each joining may bring the grown rectangle near to another.
        for (std::size_t i = 0; i < joined.size();) {
            const Rect together = joined[i].united(rect);
            if (together.area() <= joined[i].area() + rect.area() + kPixelsPerRequest) {
                joined.erase(joined.begin() + static_cast<std::ptrdiff_t>(i));
                rect = together;
                i = 0;
            } else {
                ++i;
            }
        }
        joined.push_back(rect);
    }
    return joined;
}

std::vector<Piece> plan_pieces(std::span<const Rect> rects, Size size, Means means) {
    std::vector<Piece> pieces;
    for (const Rect& rect : join_near(rects)) {
        switch (means) {
        case Means::SlotPixmap:
            pieces.push_back(pixmap_piece(rect, size));
            break;
        case Means::SlotSegment:
            pieces.push_back(segment_piece(rect, size));
            break;
        case Means::Scratch:
            pieces.push_back({rect, Way::Scratch});
            break;
        case Means::Wire:
            add_wire_pieces(pieces, rect);
            break;
        }
    }
    join_strips(pieces, size);
    return pieces;
}

std::vector<Band> plan_bands(const Damage& wanted, Size size, Means means, std::uint32_t bands) {
    std::vector<Band> planned;
    const std::uint32_t rows = (size.height + bands - 1) / bands;
    for (std::uint32_t top = 0; top < size.height; top += rows) {
        const Rect strip{0, top, size.width, std::min(rows, size.height - top)};
        Damage inside = wanted;
        inside.clip(strip);
        if (!inside.is_empty()) {
            planned.push_back({plan_pieces(inside.rects(), size, means), strip.bottom()});
        }
    }
    return planned;
}

}  // namespace oriel::x11_capture
