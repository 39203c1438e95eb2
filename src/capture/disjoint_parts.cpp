// SPDX-License-Identifier: MIT
#include "capture/disjoint_parts.h"

#include <utility>

namespace oriel {
namespace {

/// At most four pieces: above, below, and what is left and right between them.
void add_rest(const Rect& rect, const Rect& taken, std::vector<Rect>& pieces) {
    const Rect hole = rect.intersected(taken);
    if (hole.is_empty()) {
        pieces.push_back(rect);
        return;
    }
    const auto add = [&](const Rect& piece) {
        if (!piece.is_empty()) {
            pieces.push_back(piece);
        }
    };
    add({rect.x, rect.y, rect.width, hole.y - rect.y});
    add({rect.x, hole.y, hole.x - rect.x, hole.height});
    add({hole.right(), hole.y, rect.right() - hole.right(), hole.height});
    add({rect.x, hole.bottom(), rect.width, rect.bottom() - hole.bottom()});
}

}  // namespace

std::vector<Rect> disjoint_parts(const Damage& damage) {
    std::vector<Rect> parts;
    std::vector<Rect> pieces;
    std::vector<Rect> rest;
    const auto rects = damage.rects();
    for (std::size_t i = 0; i < rects.size(); ++i) {
        pieces.assign(1, rects[i]);
        for (std::size_t j = 0; j < i && !pieces.empty(); ++j) {
            rest.clear();
            for (const Rect& piece : pieces) {
                add_rest(piece, rects[j], rest);
            }
            std::swap(pieces, rest);
        }
        parts.insert(parts.end(), pieces.begin(), pieces.end());
    }
    return parts;
}

}  // namespace oriel
