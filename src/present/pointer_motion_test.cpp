// SPDX-License-Identifier: MIT
#include "present/pointer_motion.h"

#include <random>

#include <gtest/gtest.h>

namespace oriel {
namespace {

constexpr std::int64_t kOne = MotionSum::kOne;

/// A motion of nothing where there is none.
InputEvent taken(MotionSum& sum) {
    return sum.take().value_or(InputEvent{});
}

TEST(MotionSum, GivesWholeCountsAndKeepsTheRest) {
    MotionSum sum;

    sum.add(kOne / 2, -kOne / 4);
    EXPECT_FALSE(sum.take());
    sum.add(kOne, -kOne);

    const InputEvent motion = taken(sum);
    EXPECT_EQ(motion.kind, InputEvent::Kind::RelativeMotion);
    EXPECT_EQ(motion.x, 1);
    EXPECT_EQ(motion.y, -1);
    sum.add(kOne / 2, -kOne * 3 / 4);
    const InputEvent rest = taken(sum);
    EXPECT_EQ(rest.x, 1);
    EXPECT_EQ(rest.y, -1);
    EXPECT_FALSE(sum.take());
}

TEST(MotionSum, IsExactOverManyParts) {
    std::mt19937_64 random(1);
    MotionSum sum;
    std::int64_t added = 0;
    double taken = 0;
    for (int i = 0; i < 10'000; ++i) {
        const auto part = static_cast<std::int64_t>(random() % (40 * kOne)) - 20 * kOne;
        added += part;
        sum.add(part, 0);
        if (const auto motion = sum.take()) {
            taken += motion->x;
        }
    }
    EXPECT_LT(std::abs(added - static_cast<std::int64_t>(taken) * kOne), kOne);
}

TEST(MotionTo, IsNothingWithoutAPicture) {
    EXPECT_FALSE(motion_to(1, 1, {}));
}

TEST(MotionTo, TellsBesideThePictureWhatIsNearest) {
    const auto motion = motion_to(5, 40, Viewport({200, 100}, {100, 100}));

    ASSERT_TRUE(motion);
    EXPECT_TRUE(motion->is_outside);
    EXPECT_EQ(motion->x, 0);
    EXPECT_EQ(motion->y, 40);
    EXPECT_EQ(motion->picture, (Size{100, 100}));
}

}  // namespace
}  // namespace oriel
