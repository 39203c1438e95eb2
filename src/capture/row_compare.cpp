// SPDX-License-Identifier: MIT
#include "capture/row_compare.h"

#include <algorithm>
#include <cstring>

namespace oriel {
namespace {

/// Bytes compared at once inside a row that changed.
constexpr std::size_t kBlock = 64;

/// Rows without a change that a rectangle may span: the lines of a letter belong together.
constexpr std::uint32_t kRowGap = 8;

/// Pixels between two pieces that may become one rectangle.
constexpr std::uint32_t kColumnGap = 32;

/// Unchanged pixels that joining a piece to a rectangle may add, beside an eighth of the whole.
constexpr std::uint64_t kWaste = 1024;

bool differs(const std::byte* a, const std::byte* b, std::size_t size) {
    return std::memcmp(a, b, size) != 0;
}

/// One row of a ComparedPixels.
class RowChanges {
  public:
    RowChanges(const ComparedPixels& pixels, std::uint32_t y)
        : now_(pixels.now + y * pixels.now_stride),
          before_(pixels.before + y * pixels.before_stride),
          bytes_(std::size_t{pixels.size.width} * pixels.bytes_per_pixel),
          bytes_per_pixel_(pixels.bytes_per_pixel) {}

    bool has_any() const { return differs(now_, before_, bytes_); }

    /// Takes each changed piece over and tells `bands` of it.
    void take(std::uint32_t y, ChangeBands& bands) {
        std::size_t at = 0;
        while (at < bytes_) {
            if (!is_changed(at)) {
                at += kBlock;
                continue;
            }
            std::size_t end = at;
            while (end < bytes_ && is_changed(end)) {
                end += kBlock;
            }
            take_piece(y, at, std::min(end, bytes_), bands);
            at = end + kBlock;
        }
    }

  private:
    bool is_changed(std::size_t at) const {
        return differs(now_ + at, before_ + at, std::min(kBlock, bytes_ - at));
    }

    void take_piece(std::uint32_t y, std::size_t begin, std::size_t end, ChangeBands& bands) {
        while (begin < end && now_[begin] == before_[begin]) {
            ++begin;
        }
        while (end > begin && now_[end - 1] == before_[end - 1]) {
            --end;
        }
        if (begin == end) {
            // It changed back while we looked.
            return;
        }
        const std::size_t left = begin / bytes_per_pixel_;
        const std::size_t right = (end + bytes_per_pixel_ - 1) / bytes_per_pixel_;
        std::memcpy(before_ + left * bytes_per_pixel_,
                    now_ + left * bytes_per_pixel_,
                    (right - left) * bytes_per_pixel_);
        bands.add(y, static_cast<std::uint32_t>(left), static_cast<std::uint32_t>(right));
    }

    const std::byte* now_;
    std::byte* before_;
    std::size_t bytes_;
    std::size_t bytes_per_pixel_;
};

bool belong_together(const Rect& band, const Rect& piece) {
    if (piece.x > band.right() + kColumnGap || band.x > piece.right() + kColumnGap) {
        return false;
    }
    const Rect both = band.united(piece);
    return both.area() <= band.area() + piece.area() + kWaste + both.area() / 8;
}

}  // namespace

Damage take_changes(const ComparedPixels& pixels) {
    Damage damage;
    ChangeBands bands(damage);
    for (std::uint32_t y = 0; y < pixels.size.height; ++y) {
        RowChanges row(pixels, y);
        if (row.has_any()) {
            row.take(y, bands);
        }
    }
    bands.finish();
    return damage;
}

bool has_change(const ComparedPixels& pixels, const RowSample& rows) {
    for (std::uint32_t y = rows.first; y < pixels.size.height; y += rows.step) {
        if (RowChanges(pixels, y).has_any()) {
            return true;
        }
    }
    return false;
}

void ChangeBands::add(std::uint32_t y, std::uint32_t left, std::uint32_t right) {
    const Rect piece{left, y, right - left, 1};
    std::size_t i = 0;
    while (i < count_) {
        if (open_[i].bottom() + kRowGap < y) {
            retire(i);
            continue;
        }
        if (belong_together(open_[i], piece)) {
            open_[i] = open_[i].united(piece);
            return;
        }
        ++i;
    }
    if (count_ == open_.size()) {
        retire(0);
    }
    open_[count_++] = piece;
}

void ChangeBands::finish() {
    while (count_ > 0) {
        retire(count_ - 1);
    }
}

void ChangeBands::retire(std::size_t index) {
    damage_.add(open_[index]);
    open_[index] = open_[--count_];
}

}  // namespace oriel
