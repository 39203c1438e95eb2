// SPDX-License-Identifier: MIT
#include "relay/damage.h"

#include <vector>

#include <gtest/gtest.h>

#include "relay/test_random.h"

namespace oriel {
namespace {

constexpr Size kArea{80, 60};

/// One flag a pixel.
class Bitmap {
  public:
    void add(const Rect& rect) {
        for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
            for (std::uint32_t x = rect.x; x < rect.right(); ++x) {
                flags_[std::size_t{y} * kArea.width + x] = 1;
            }
        }
    }

    void add(const Damage& damage) {
        for (const Rect& rect : damage.rects()) {
            add(rect);
        }
    }

    /// Pixels set here and not in `other`.
    std::size_t missing_in(const Bitmap& other) const {
        std::size_t missing = 0;
        for (std::size_t i = 0; i < flags_.size(); ++i) {
            missing += flags_[i] != 0 && other.flags_[i] == 0 ? 1U : 0U;
        }
        return missing;
    }

  private:
    std::vector<char> flags_ = std::vector<char>(std::size_t{kArea.width} * kArea.height);
};

Rect random_rect(TestRandom& random, std::uint32_t longest) {
    const std::uint32_t width = random.below(longest + 1);
    const std::uint32_t height = random.below(longest + 1);
    return {random.below(kArea.width - width + 1),
            random.below(kArea.height - height + 1),
            width,
            height};
}

bool has_nested(const Damage& damage) {
    for (const Rect& a : damage.rects()) {
        for (const Rect& b : damage.rects()) {
            if (&a != &b && a.contains(b)) {
                return true;
            }
        }
    }
    return false;
}

TEST(Damage, NeverCoversLessThanWasAdded) {
    TestRandom random(1);
    for (int round = 0; round < 100; ++round) {
        Damage damage;
        Bitmap added;
        const std::uint32_t longest = 1 + random.below(20);
        for (int i = 0; i < 150; ++i) {
            const Rect rect = random_rect(random, longest);
            damage.add(rect);
            added.add(rect);
            ASSERT_LE(damage.rects().size(), abi::kMaxDamageRects);
        }
        Bitmap covered;
        covered.add(damage);

        ASSERT_EQ(added.missing_in(covered), 0U);
        ASSERT_FALSE(has_nested(damage));
    }
}

TEST(Damage, IsExactUpToSixtyFourRectangles) {
    Damage damage;
    Bitmap added;
    for (std::uint32_t i = 0; i < abi::kMaxDamageRects; ++i) {
        const Rect rect{i % 8 * 10, i / 8 * 7, 3, 2};
        damage.add(rect);
        added.add(rect);
    }
    Bitmap covered;
    covered.add(damage);

    EXPECT_EQ(damage.rects().size(), abi::kMaxDamageRects);
    EXPECT_EQ(covered.missing_in(added), 0U);
}

TEST(Damage, MergesNeighboursAndLeavesADistantCaretAlone) {
    Damage damage(Rect{70, 50, 1, 8});
    for (std::uint32_t i = 0; i < 200; ++i) {
        damage.add(Rect{i % 20 * 2, i / 20 * 2, 1, 1});
    }

    EXPECT_LE(damage.rects().size(), abi::kMaxDamageRects);
    EXPECT_LT(damage.area(), 20U * 20 * 2 + 50);
    EXPECT_TRUE(damage.covers(Rect{70, 50, 1, 8}));
}

TEST(Damage, IgnoresEmptyAndCoveredRectangles) {
    Damage damage(Rect{10, 10, 20, 20});

    damage.add(Rect{5, 5, 0, 9});
    damage.add(Rect{12, 12, 3, 3});

    EXPECT_EQ(damage.rects().size(), 1U);
}

TEST(Damage, DropsWhatANewRectangleContains) {
    Damage damage(Rect{12, 12, 3, 3});
    damage.add(Rect{20, 20, 3, 3});

    damage.add(Rect{10, 10, 20, 20});

    ASSERT_EQ(damage.rects().size(), 1U);
    EXPECT_EQ(damage.rects()[0], (Rect{10, 10, 20, 20}));
}

TEST(Damage, ClipsToBoundsAndDropsWhatIsOutside) {
    Damage damage(Rect{0, 0, 200, 10});
    damage.add(Rect{90, 90, 5, 5});

    damage.clip(Rect{0, 0, 50, 50});

    ASSERT_EQ(damage.rects().size(), 1U);
    EXPECT_EQ(damage.rects()[0], (Rect{0, 0, 50, 10}));
}

TEST(Damage, ClippingAddsNothingAndKeepsEverythingInside) {
    TestRandom random(2);
    for (int round = 0; round < 200; ++round) {
        Damage damage;
        for (int i = 0; i < 64; ++i) {
            damage.add(random_rect(random, 12));
        }
        const Rect bounds = random_rect(random, 40);
        Bitmap expected;
        for (const Rect& rect : damage.rects()) {
            expected.add(rect.intersected(bounds));
        }

        damage.clip(bounds);

        Bitmap clipped;
        clipped.add(damage);
        ASSERT_EQ(expected.missing_in(clipped), 0U);
        ASSERT_EQ(clipped.missing_in(expected), 0U);
    }
}

TEST(Damage, BoundsAndAreaSumUpTheRectangles) {
    Damage damage(Rect{10, 20, 5, 5});
    damage.add(Rect{30, 2, 10, 1});

    EXPECT_EQ(damage.bounds(), (Rect{10, 2, 30, 23}));
    EXPECT_EQ(damage.area(), 35U);
    EXPECT_TRUE(damage.overlaps(Rect{14, 24, 9, 9}));
    EXPECT_FALSE(damage.overlaps(Rect{15, 25, 9, 9}));
}

TEST(Rect, OfTheLargestSidesDoesNotOverflow) {
    const Rect far{16384, 16384, 65535, 65535};

    EXPECT_EQ(far.intersected(Rect{0, 0, 16384, 16384}), Rect{});
    EXPECT_EQ(far.right(), 81919U);
}

}  // namespace
}  // namespace oriel
