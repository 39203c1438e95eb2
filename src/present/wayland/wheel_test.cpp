// SPDX-License-Identifier: MIT
#include "present/wayland/wheel.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using Axis = WaylandWheel::Axis;

constexpr std::int32_t kPixel = 256;

/// A scroll of nothing where no notch was full.
InputEvent told(WaylandWheel& wheel) {
    return wheel.end_frame().value_or(InputEvent{});
}

TEST(WaylandWheel, TurnsUpIsPositive) {
    WaylandWheel wheel;
    wheel.add_way(Axis::Vertical, 15 * kPixel);
    wheel.add_notches(Axis::Vertical, 1);
    wheel.add_way(Axis::Horizontal, 30 * kPixel);
    wheel.add_notches(Axis::Horizontal, 2);

    const InputEvent scroll = told(wheel);

    EXPECT_EQ(scroll.kind, InputEvent::Kind::Scroll);
    EXPECT_EQ(scroll.x, 2);
    EXPECT_EQ(scroll.y, -1);
}

TEST(WaylandWheel, CountsATurnOnceHoweverOftenItIsTold) {
    WaylandWheel wheel;
    wheel.add_way(Axis::Vertical, -10 * kPixel);
    wheel.add_notches(Axis::Vertical, -1);
    wheel.add_120ths(Axis::Vertical, -120);

    EXPECT_EQ(told(wheel).y, 1);
    EXPECT_FALSE(wheel.end_frame());
}

TEST(WaylandWheel, AddsPartsOfANotchUp) {
    WaylandWheel wheel;
    double notches = 0;
    for (int i = 0; i < 80; ++i) {
        wheel.add_way(Axis::Vertical, -1 * kPixel);
        wheel.add_120ths(Axis::Vertical, -15);
        if (const auto scroll = wheel.end_frame()) {
            notches += scroll->y;
            EXPECT_EQ(i % 8, 7);
        }
    }
    EXPECT_EQ(notches, 10);
}

TEST(WaylandWheel, TakesTenPixelsOfATouchpadForANotch) {
    WaylandWheel wheel;
    wheel.add_way(Axis::Vertical, 10 * kPixel - 1);
    EXPECT_FALSE(wheel.end_frame());
    wheel.add_way(Axis::Vertical, 1);
    EXPECT_EQ(told(wheel).y, -1);
}

TEST(WaylandWheel, ForgetsPartsWhenThePointerLeaves) {
    WaylandWheel wheel;
    wheel.add_120ths(Axis::Horizontal, 119);
    EXPECT_FALSE(wheel.end_frame());

    wheel.clear();
    wheel.add_120ths(Axis::Horizontal, 1);

    EXPECT_FALSE(wheel.end_frame());
}

TEST(WaylandWheel, TurnedBackIsNothing) {
    WaylandWheel wheel;
    wheel.add_120ths(Axis::Vertical, 60);
    EXPECT_FALSE(wheel.end_frame());
    wheel.add_120ths(Axis::Vertical, -60);
    EXPECT_FALSE(wheel.end_frame());
    wheel.add_120ths(Axis::Vertical, -119);
    EXPECT_FALSE(wheel.end_frame());
}

}  // namespace
}  // namespace oriel
