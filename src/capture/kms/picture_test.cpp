// SPDX-License-Identifier: MIT
#include "capture/kms/picture.h"

#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "capture/kms/fake_kms_device.h"

namespace oriel::kms_capture {
namespace {

constexpr Size kSize{200, 100};

/// A picture of a fake screen, and a slot that it is written into.
class PictureTest : public testing::Test {
  protected:
    Damage look() {
        auto damage = picture_.look(device_, screen_->screen.size, screen_->planes);
        EXPECT_TRUE(damage) << damage.error().message;
        const FrameGeometry& geometry = picture_.geometry();
        slot_.resize(geometry.bytes());
        picture_.write(Rect::of(geometry.size), slot_);
        return damage.value_or(Damage());
    }

    bool glance() {
        return picture_.glance(device_, screen_->screen.size, screen_->planes).value();
    }

    std::uint32_t pixel(std::uint32_t x, std::uint32_t y) const {
        std::uint32_t word = 0;
        std::memcpy(&word,
                    slot_.data() + std::size_t{y} * picture_.geometry().stride + std::size_t{x} * 4,
                    4);
        return word & 0xFFFFFF;
    }

    KmsPlane& add_overlay(Size size, PixelLayout layout, std::int32_t x, std::int32_t y) {
        screen_->framebuffers[2] = FakeFramebuffer::make(size, layout);
        KmsPlane plane = screen_->plane_of(11, KmsPlane::Kind::Overlay, 2);
        plane.x = x;
        plane.y = y;
        plane.order = 1;
        return screen_->planes.emplace_back(plane);
    }

    std::shared_ptr<FakeScreen> screen_ = FakeScreen::make(kSize);
    FakeKmsDevice device_{screen_};
    Picture picture_;
    std::vector<std::byte> slot_;
};

TEST_F(PictureTest, BringsAllAtFirstAndThenWhatChanged) {
    screen_->framebuffer().fill(Rect::of(kSize), 0x112233);
    EXPECT_TRUE(look().covers(Rect::of(kSize)));
    EXPECT_EQ(pixel(199, 99), 0x112233U);
    EXPECT_TRUE(look().is_empty());

    screen_->framebuffer().fill({50, 40, 3, 2}, 0xABCDEF);

    const Damage damage = look();
    ASSERT_EQ(damage.rects().size(), 1U);
    EXPECT_EQ(damage.rects()[0], (Rect{50, 40, 3, 2}));
    EXPECT_EQ(pixel(52, 41), 0xABCDEFU);
}

TEST_F(PictureTest, FindsOnlyWhatDiffersAfterAFlip) {
    look();
    screen_->framebuffers[2] = FakeFramebuffer::make(kSize);
    screen_->framebuffer(2).fill({10, 10, 5, 5}, 0xFF);

    screen_->planes[0].framebuffer = 2;

    const Damage damage = look();
    ASSERT_EQ(damage.rects().size(), 1U);
    EXPECT_EQ(damage.rects()[0], (Rect{10, 10, 5, 5}));
}

TEST_F(PictureTest, SeesByGlancesThatSomethingChanged) {
    EXPECT_TRUE(glance());
    look();
    EXPECT_FALSE(glance());

    // As high as the rows' distance, it is seen at once; a single line of pixels after a while.
    screen_->framebuffer().fill({50, 40, 1, 2}, 0xABCDEF);
    EXPECT_TRUE(glance());
    look();
    screen_->framebuffer().fill({50, 41, 1, 1}, 0x123456);
    const bool seen_first = glance();
    EXPECT_NE(seen_first, glance());
    look();
    EXPECT_FALSE(glance());

    add_overlay({20, 10}, PixelLayout::Xr24, 5, 5);
    EXPECT_TRUE(glance());
}

TEST_F(PictureTest, FollowsAPannedFramebuffer) {
    screen_->framebuffers[1] = FakeFramebuffer::make({200, 300});
    screen_->framebuffer().fill({0, 0, 200, 300}, 0x10);
    screen_->framebuffer().fill({0, 150, 200, 1}, 0x20);
    look();

    screen_->planes[0].source_y = 100U << 16U;

    EXPECT_EQ(look().bounds(), (Rect{0, 50, 200, 1}));
    EXPECT_EQ(pixel(7, 50), 0x20U);
    EXPECT_EQ(pixel(7, 51), 0x10U);
}

TEST_F(PictureTest, LaysAnOpaqueOverlayOver) {
    screen_->framebuffer().fill(Rect::of(kSize), 0x111111);
    look();

    add_overlay({20, 10}, PixelLayout::Rg16, 190, 95);
    screen_->framebuffer(2).fill({0, 0, 20, 10}, 0xF800);

    const Damage damage = look();
    EXPECT_EQ(damage.bounds(), (Rect{190, 95, 10, 5}));
    EXPECT_EQ(pixel(189, 95), 0x111111U);
    EXPECT_EQ(pixel(190, 95), 0xFF0000U);
    EXPECT_EQ(pixel(199, 99), 0xFF0000U);
}

TEST_F(PictureTest, BlendsAnOverlayAsItsModeSays) {
    screen_->framebuffer().fill(Rect::of(kSize), 0x0000FF);
    KmsPlane& overlay = add_overlay({20, 10}, PixelLayout::Ar24, 0, 0);
    screen_->framebuffer(2).fill({0, 0, 20, 10}, 0x80800000);

    look();
    EXPECT_EQ(pixel(0, 0), 0x80007FU);
    overlay.blend = KmsPlane::Blend::Coverage;
    look();
    EXPECT_EQ(pixel(0, 0), 0x40007FU);
    overlay.blend = KmsPlane::Blend::None;
    look();
    EXPECT_EQ(pixel(0, 0), 0x800000U);
    overlay.alpha = 0;
    look();
    EXPECT_EQ(pixel(0, 0), 0x0000FFU);
}

TEST_F(PictureTest, DamagesWhereAnOverlayWasAndIs) {
    add_overlay({20, 10}, PixelLayout::Xr24, 0, 0);
    look();

    screen_->planes[1].x = 100;

    const Damage moved = look();
    EXPECT_TRUE(moved.covers({0, 0, 20, 10}));
    EXPECT_TRUE(moved.covers({100, 0, 20, 10}));
    screen_->planes.pop_back();
    EXPECT_EQ(look().bounds(), (Rect{100, 0, 20, 10}));
}

TEST_F(PictureTest, IsBlackWhereNoPlaneIs) {
    screen_->framebuffers[1] = FakeFramebuffer::make({100, 50});
    screen_->framebuffer().fill({0, 0, 100, 50}, 0xFFFFFF);
    screen_->planes[0] = screen_->plane_of(10, KmsPlane::Kind::Primary, 1);

    look();

    EXPECT_EQ(picture_.geometry().size, kSize);
    EXPECT_EQ(pixel(99, 49), 0xFFFFFFU);
    EXPECT_EQ(pixel(100, 49), 0U);
}

TEST_F(PictureTest, IsTenBitsDeepWhereThePrimaryPlaneIs) {
    screen_->framebuffers[1] = FakeFramebuffer::make(kSize, PixelLayout::Xr30);
    screen_->framebuffer().fill(Rect::of(kSize), 0x3FF00000);
    EXPECT_TRUE(look().covers(Rect::of(kSize)));

    EXPECT_EQ(picture_.geometry().format, PixelFormat::Rgb10a2);
    EXPECT_EQ(pixel(3, 3), 0x3FFU);
}

TEST_F(PictureTest, BringsAllInANewSize) {
    look();
    screen_->screen.size = {100, 50};
    screen_->framebuffers[1] = FakeFramebuffer::make({100, 50});
    screen_->planes[0] = screen_->plane_of(10, KmsPlane::Kind::Primary, 1);

    EXPECT_TRUE(look().covers({0, 0, 100, 50}));
    EXPECT_EQ(picture_.geometry().size, (Size{100, 50}));
    EXPECT_EQ(picture_.geometry().stride % 256, 0U);
}

TEST_F(PictureTest, LosesNothingOverAFramebufferThatVanishes) {
    look();
    screen_->framebuffer().fill({1, 1, 1, 1}, 5);
    add_overlay({20, 10}, PixelLayout::Xr24, 50, 50).framebuffer = 77;

    EXPECT_FALSE(picture_.look(device_, kSize, screen_->planes));

    screen_->planes.pop_back();
    EXPECT_TRUE(look().covers({1, 1, 1, 1}));
}

TEST_F(PictureTest, RefusesAPlaneThatShowsMoreThanThereIs) {
    screen_->framebuffers[1] = FakeFramebuffer::make({100, 50});

    const auto refused = picture_.look(device_, kSize, screen_->planes);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Protocol);
}

}  // namespace
}  // namespace oriel::kms_capture
