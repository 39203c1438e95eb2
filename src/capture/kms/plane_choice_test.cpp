// SPDX-License-Identifier: MIT
#include "capture/kms/plane_choice.h"

#include <gtest/gtest.h>

namespace oriel::kms_capture {
namespace {

KmsPlane plane_of(std::uint32_t id, KmsPlane::Kind kind, std::uint64_t order = 0) {
    KmsPlane plane;
    plane.id = id;
    plane.kind = kind;
    plane.framebuffer = 100 + id;
    plane.size = {64, 48};
    plane.source_width = 64U << 16U;
    plane.source_height = 48U << 16U;
    plane.order = order;
    return plane;
}

TEST(ChoosePlanes, SortsLayersAndKeepsTheCursorApart) {
    const std::vector planes{plane_of(1, KmsPlane::Kind::Overlay, 2),
                             plane_of(2, KmsPlane::Kind::Cursor, 9),
                             plane_of(3, KmsPlane::Kind::Primary, 1),
                             plane_of(4, KmsPlane::Kind::Overlay, 0)};

    const PlaneChoice choice = choose_planes(planes).value();

    ASSERT_EQ(choice.layers.size(), 3U);
    EXPECT_EQ(choice.layers[0].id, 4U);
    EXPECT_EQ(choice.layers[1].id, 3U);
    EXPECT_EQ(choice.layers[2].id, 1U);
    ASSERT_TRUE(choice.cursor);
    EXPECT_EQ(choice.cursor->id, 2U);
}

TEST(ChoosePlanes, LaysOverlaysOverThePrimaryWhereNoOrderIsTold) {
    const std::vector planes{plane_of(1, KmsPlane::Kind::Overlay),
                             plane_of(2, KmsPlane::Kind::Primary)};

    EXPECT_EQ(choose_planes(planes).value().layers[0].id, 2U);
}

TEST(ChoosePlanes, RefusesAScaledPlaneByItsNumber) {
    std::vector planes{plane_of(33, KmsPlane::Kind::Primary)};
    planes[0].source_width /= 2;

    const auto refused = choose_planes(planes);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unsupported);
    EXPECT_NE(refused.error().message.find("plane 33 is scaled, from 32x48 to 64x48"),
              std::string::npos)
        << refused.error().message;
}

TEST(ChoosePlanes, RefusesARotatedPlane) {
    std::vector planes{plane_of(33, KmsPlane::Kind::Primary)};
    planes[0].rotation = 2;

    EXPECT_FALSE(choose_planes(planes));
}

TEST(ChoosePlanes, MindsNoScaledCursor) {
    std::vector planes{plane_of(33, KmsPlane::Kind::Cursor)};
    planes[0].source_width /= 2;

    EXPECT_TRUE(choose_planes(planes));
}

TEST(VisiblePart, CutsWhatLiesOutside) {
    KmsPlane plane = plane_of(1, KmsPlane::Kind::Overlay);

    plane.x = -10;
    plane.y = 20;
    EXPECT_EQ(visible_part(plane, {100, 50}), (Rect{0, 20, 54, 30}));
    plane.x = 90;
    EXPECT_EQ(visible_part(plane, {100, 50}), (Rect{90, 20, 10, 30}));
    plane.x = 100;
    EXPECT_TRUE(visible_part(plane, {100, 50}).is_empty());
    plane.x = -2147483647 - 1;
    EXPECT_TRUE(visible_part(plane, {100, 50}).is_empty());
}

}  // namespace
}  // namespace oriel::kms_capture
