// SPDX-License-Identifier: MIT
#include "capture/row_compare.h"

#include <cstring>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace oriel {
namespace {

/// A picture that changes, and the copy that follows it.
class Compared {
  public:
    explicit Compared(Size size, std::uint32_t bytes_per_pixel = 4)
        : size_(size),
          bytes_per_pixel_(bytes_per_pixel),
          stride_(std::size_t{size.width} * bytes_per_pixel + 12),
          now_(stride_ * size.height),
          before_(std::size_t{size.width} * bytes_per_pixel * size.height) {}

    void fill(const Rect& rect, std::uint8_t value) {
        for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
            std::memset(now_.data() + y * stride_ + std::size_t{rect.x} * bytes_per_pixel_,
                        value,
                        std::size_t{rect.width} * bytes_per_pixel_);
        }
    }

    Damage take() { return take_changes(both()); }

    bool has_change(const RowSample& rows) { return oriel::has_change(both(), rows); }

    bool is_followed() const {
        for (std::uint32_t y = 0; y < size_.height; ++y) {
            const std::size_t row = std::size_t{size_.width} * bytes_per_pixel_;
            if (std::memcmp(now_.data() + y * stride_, before_.data() + y * row, row) != 0) {
                return false;
            }
        }
        return true;
    }

  private:
    ComparedPixels both() {
        return {now_.data(),
                stride_,
                before_.data(),
                std::size_t{size_.width} * bytes_per_pixel_,
                size_,
                bytes_per_pixel_};
    }

    Size size_;
    std::uint32_t bytes_per_pixel_;
    std::size_t stride_;
    std::vector<std::byte> now_;
    std::vector<std::byte> before_;
};

TEST(TakeChanges, FindsNothingWhereNothingChanged) {
    Compared pixels({320, 200});

    EXPECT_TRUE(pixels.take().is_empty());
}

TEST(TakeChanges, FindsOneChangedRectangleExactly) {
    Compared pixels({320, 200});
    pixels.fill({33, 17, 71, 40}, 9);

    const Damage damage = pixels.take();

    ASSERT_EQ(damage.rects().size(), 1U);
    EXPECT_EQ(damage.rects()[0], (Rect{33, 17, 71, 40}));
    EXPECT_TRUE(pixels.is_followed());
    EXPECT_TRUE(pixels.take().is_empty());
}

TEST(TakeChanges, FindsASinglePixelInEachCorner) {
    for (const Rect corner :
         {Rect{0, 0, 1, 1}, Rect{319, 0, 1, 1}, Rect{0, 199, 1, 1}, Rect{319, 199, 1, 1}}) {
        Compared pixels({320, 200});
        pixels.fill(corner, 1);

        const Damage damage = pixels.take();

        ASSERT_EQ(damage.rects().size(), 1U);
        EXPECT_EQ(damage.rects()[0], corner);
    }
}

TEST(TakeChanges, KeepsDistantChangesOfTheSameRowsApart) {
    Compared pixels({1280, 100});
    pixels.fill({10, 20, 8, 16}, 5);
    pixels.fill({1200, 20, 8, 16}, 5);

    const Damage damage = pixels.take();

    EXPECT_EQ(damage.area(), 2U * 8 * 16);
    EXPECT_EQ(damage.rects().size(), 2U);
}

TEST(TakeChanges, RoundsToWholePixelsOfTwoAndThreeBytes) {
    for (const std::uint32_t bytes_per_pixel : {2U, 3U}) {
        Compared pixels({301, 50}, bytes_per_pixel);
        pixels.fill({101, 7, 3, 2}, 200);

        const Damage damage = pixels.take();

        ASSERT_EQ(damage.rects().size(), 1U);
        EXPECT_EQ(damage.rects()[0], (Rect{101, 7, 3, 2}));
        EXPECT_TRUE(pixels.is_followed());
    }
}

TEST(TakeChanges, MakesOneRectangleOfALettersLines) {
    Compared pixels({640, 100});
    pixels.fill({100, 10, 6, 1}, 255);
    pixels.fill({100, 13, 2, 6}, 255);
    pixels.fill({100, 21, 6, 1}, 255);

    const Damage damage = pixels.take();

    ASSERT_EQ(damage.rects().size(), 1U);
    EXPECT_EQ(damage.rects()[0], (Rect{100, 10, 6, 12}));
}

TEST(HasChange, SeesItsRowsAlone) {
    Compared pixels({320, 200});
    EXPECT_FALSE(pixels.has_change({0, 1}));

    pixels.fill({319, 199, 1, 1}, 1);

    EXPECT_TRUE(pixels.has_change({0, 1}));
    EXPECT_TRUE(pixels.has_change({3, 4}));
    EXPECT_FALSE(pixels.has_change({2, 4}));
    EXPECT_TRUE(pixels.has_change({199, 1000}));
    EXPECT_FALSE(pixels.is_followed());
}

TEST(TakeChanges, NeverReportsLessThanWhatChanged) {
    std::mt19937 random(7);
    Compared pixels({500, 300});
    std::vector<Rect> changes;
    for (std::uint32_t round = 0; round < 200; ++round) {
        changes.clear();
        for (std::uint32_t i = 0; i < random() % 90; ++i) {
            const auto x = static_cast<std::uint32_t>(random() % 480);
            const auto y = static_cast<std::uint32_t>(random() % 290);
            changes.push_back({x,
                               y,
                               static_cast<std::uint32_t>(random() % 20 + 1),
                               static_cast<std::uint32_t>(random() % 10 + 1)});
            pixels.fill(changes.back(), static_cast<std::uint8_t>(round + 1));
        }

        const Damage damage = pixels.take();

        ASSERT_TRUE(pixels.is_followed());
        std::vector<bool> covered(std::size_t{500} * 300);
        for (const Rect& rect : damage.rects()) {
            for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
                std::fill_n(covered.begin() + y * 500 + rect.x, rect.width, true);
            }
        }
        for (const Rect& rect : changes) {
            for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
                for (std::uint32_t x = rect.x; x < rect.right(); ++x) {
                    ASSERT_TRUE(covered[y * 500 + x]) << x << "," << y;
                }
            }
        }
    }
}

}  // namespace
}  // namespace oriel
