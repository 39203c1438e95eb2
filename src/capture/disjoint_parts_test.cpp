// SPDX-License-Identifier: MIT
#include "capture/disjoint_parts.h"

#include <random>

#include <gtest/gtest.h>

namespace oriel {
namespace {

constexpr std::uint32_t kSide = 60;

/// How often each pixel is covered.
std::vector<int> coverage(std::span<const Rect> rects) {
    std::vector<int> covered(kSide * kSide);
    for (const Rect& rect : rects) {
        for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
            for (std::uint32_t x = rect.x; x < rect.right(); ++x) {
                ++covered[y * kSide + x];
            }
        }
    }
    return covered;
}

TEST(DisjointParts, LeavesOneRectangleAsItIs) {
    EXPECT_EQ(disjoint_parts(Damage(Rect{1, 2, 3, 4})), (std::vector<Rect>{{1, 2, 3, 4}}));
}

TEST(DisjointParts, CoverEachPixelOfOverlappingOnesOnce) {
    constexpr std::uint32_t kSeed = 4711;
    std::mt19937 random(kSeed);
    const auto below = [&](std::uint32_t limit) {
        return static_cast<std::uint32_t>(random() % limit);
    };
    for (int round = 0; round < 200; ++round) {
        Damage damage;
        const std::uint32_t count = 1 + below(12);
        for (std::uint32_t i = 0; i < count; ++i) {
            damage.add(Rect{below(40), below(40), 1 + below(20), 1 + below(20)});
        }

        const auto parts = coverage(disjoint_parts(damage));

        auto wanted = coverage(damage.rects());
        for (int& times : wanted) {
            times = times > 0 ? 1 : 0;
        }
        ASSERT_EQ(parts, wanted) << "round " << round << " of seed " << kSeed;
    }
}

}  // namespace
}  // namespace oriel
