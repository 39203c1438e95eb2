// SPDX-License-Identifier: MIT
#include "capture/gdi/gdi_source.h"

#include <cstring>
#include <functional>

#include <gtest/gtest.h>
#include <windows.h>

#include "base/loop_sleep.h"
#include "capture/gdi/cursor_shape.h"
#include "capture/gdi/gdi_handles.h"
#include "capture/testing/slot_ring.h"
#include "capture/testing/windows/painted_window.h"
#include "capture/windows/screen.h"
#include "relay/test_colours.h"

namespace oriel::test {
namespace {

constexpr Size kScreen{640, 480};
constexpr std::uint32_t kSide = 32;

/// 32x32, hot spot (5, 7).
HCURSOR make_cursor(const std::vector<std::uint32_t>& colours, const std::vector<BYTE>& mask) {
    gdi_capture::UniqueBitmap colour(::CreateBitmap(kSide, kSide, 1, 32, colours.data()));
    const gdi_capture::UniqueBitmap mono(::CreateBitmap(kSide, kSide, 1, 1, mask.data()));
    ICONINFO info{.fIcon = FALSE,
                  .xHotspot = 5,
                  .yHotspot = 7,
                  .hbmMask = mono.get(),
                  .hbmColor = colour.get()};
    return static_cast<HCURSOR>(::CreateIconIndirect(&info));
}

std::uint32_t pixel(const CursorImage& image, std::size_t x, std::size_t y) {
    std::uint32_t value = 0;
    std::memcpy(&value, &image.pixels[y * image.stride + x * 4], sizeof(value));
    return value;
}

std::vector<BYTE> mask_of(BYTE each) {
    return std::vector<BYTE>(kSide * kSide / 8, each);
}

TEST(CursorShape, MultipliesColoursByTheirAlpha) {
    std::vector<std::uint32_t> colours(kSide * kSide);
    colours[1] = 0x80FF0040;
    const HCURSOR cursor = make_cursor(colours, mask_of(0xFF));

    const auto image = gdi_capture::cursor_shape(cursor);

    ASSERT_TRUE(image);
    EXPECT_EQ(image->kind, CursorKind::Colour);
    EXPECT_EQ(image->size, (Size{kSide, kSide}));
    EXPECT_EQ(image->hot_x, 5);
    EXPECT_EQ(image->hot_y, 7);
    EXPECT_EQ(pixel(*image, 1, 0), 0x80800020);
    EXPECT_EQ(pixel(*image, 0, 0), 0);
    ::DestroyCursor(cursor);
}

TEST(CursorShape, TakesWhatTheMaskInvertsFromIt) {
    std::vector<std::uint32_t> colours(kSide * kSide, 0x00123456);
    std::vector<BYTE> mask = mask_of(0);
    mask[1] = 0x01;  // Pixel 15 of the first row.
    const HCURSOR cursor = make_cursor(colours, mask);

    const auto image = gdi_capture::cursor_shape(cursor);

    ASSERT_TRUE(image);
    EXPECT_EQ(image->kind, CursorKind::Masked);
    EXPECT_EQ(pixel(*image, 14, 0), 0x00123456);
    EXPECT_EQ(pixel(*image, 15, 0), 0xFF123456);
    ::DestroyCursor(cursor);
}

TEST(CursorShape, KeepsBothHalvesOfABlackAndWhiteOne) {
    const std::vector<BYTE> keep = mask_of(0xF0);
    const std::vector<BYTE> invert = mask_of(0x33);
    const HCURSOR cursor =
        ::CreateCursor(::GetModuleHandleW(nullptr), 3, 4, kSide, kSide, keep.data(), invert.data());

    const auto image = gdi_capture::cursor_shape(cursor);

    ASSERT_TRUE(image);
    EXPECT_EQ(image->kind, CursorKind::Monochrome);
    EXPECT_EQ(image->size, (Size{kSide, kSide}));
    EXPECT_EQ(image->stride, kSide / 8);
    EXPECT_EQ(image->hot_x, 3);
    ASSERT_EQ(image->pixels.size(), 2 * kSide * kSide / 8);
    EXPECT_EQ(image->pixels.front(), std::byte{0xF0});
    EXPECT_EQ(image->pixels.back(), std::byte{0x33});
    ::DestroyCursor(cursor);
}

TEST(CursorShape, HasNoneOfWhatIsNoCursor) {
    EXPECT_EQ(gdi_capture::cursor_shape(nullptr), std::nullopt);
}

TEST(FindScreen, TakesThePrimaryOneOrTheOneThatIsNamed) {
    const auto primary = find_screen("");
    ASSERT_TRUE(primary);
    EXPECT_EQ(primary->size, kScreen);
    EXPECT_TRUE(find_screen("DISPLAY1"));
    EXPECT_TRUE(find_screen("1"));
}

TEST(FindScreen, SaysWhichThereAre) {
    const auto none = find_screen("DISPLAY9");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().message, "there is no screen 'DISPLAY9': use DISPLAY1");
}

class GdiSource : public testing::Test {
  protected:
    void SetUp() override {
        source_ = open_gdi_source("").value();
        ASSERT_TRUE(source_->set_activity(Source::Activity::Running));
    }

    bool run(const std::function<bool()>& until, Nanoseconds limit = std::chrono::seconds(3)) {
        LoopSleep sleep;
        sleep.await(source_->wake_handle());
        const Nanoseconds give_up = monotonic_now() + limit;
        while (monotonic_now() < give_up) {
            if (until()) {
                return true;
            }
            if (sleep.sleep(std::chrono::milliseconds(100)).value_or(false)) {
                ++wakeups_;
                EXPECT_TRUE(source_->dispatch());
            }
        }
        return false;
    }

    PaintedWindow window_{kScreen};
    std::unique_ptr<Source> source_;
    int wakeups_ = 0;
};

TEST_F(GdiSource, FollowsThePointer) {
    ASSERT_TRUE(::SetCursorPos(123, 45));

    EXPECT_TRUE(run([this] {
        const auto position = source_->cursor_position();
        return position && position->x == 123 && position->y == 45;
    }));
}

TEST_F(GdiSource, TellsAShapeOnceWhenItChanges) {
    ASSERT_TRUE(::SetCursorPos(100, 100));
    window_.set_cursor(
        make_cursor(std::vector<std::uint32_t>(kSide * kSide, 0xFF00FF00), mask_of(0)));
    std::optional<CursorImage> image;

    ASSERT_TRUE(run([&] {
        image = source_->take_cursor_image();
        return image.has_value() && image->size.width == kSide && image->hot_x == 5;
    }));
    EXPECT_EQ(pixel(*image, 3, 3), 0xFF00FF00);
    EXPECT_FALSE(run([&] { return source_->take_cursor_image().has_value(); },
                     std::chrono::milliseconds(300)));
}

TEST_F(GdiSource, HidesThePointerWithItsShape) {
    ASSERT_TRUE(::SetCursorPos(100, 100));
    window_.set_cursor(nullptr);

    EXPECT_TRUE(run([this] {
        const auto position = source_->cursor_position();
        return position && position->visibility == CursorPosition::Visibility::Hidden;
    }));
}

TEST_F(GdiSource, NeverWakesWhileSuspended) {
    ASSERT_TRUE(run([this] { return source_->has_change(); }));
    ASSERT_TRUE(source_->set_activity(Source::Activity::Suspended));
    wakeups_ = 0;

    EXPECT_FALSE(run([] { return false; }, std::chrono::seconds(1)));

    EXPECT_EQ(wakeups_, 0);
}

TEST_F(GdiSource, SetsAModeThatTheScreenOffersAndFollowsIt) {
    auto setter = source_->open_mode_setter().value();
    constexpr Size kSmaller{320, 240};

    const auto set = setter->set_mode(kSmaller, 0);

    ASSERT_TRUE(set) << set.error().message;
    EXPECT_EQ(*set, kSmaller);
    ASSERT_TRUE(run([&] { return source_->geometry().size == kSmaller && source_->has_change(); }));
    auto ring = SlotRing::make(*source_).value();
    const auto captured = ring.capture();
    ASSERT_TRUE(captured) << captured.error().message;
    EXPECT_TRUE(captured->damage.covers(Rect::of(kSmaller)));
    EXPECT_TRUE(setter->set_mode(kScreen, 0));
}

TEST_F(GdiSource, RefusesAModeThatTheScreenHasNot) {
    const auto set = source_->open_mode_setter().value()->set_mode({1234, 777}, 0);

    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().kind, ErrorKind::Unsupported);
    EXPECT_NE(set.error().message.find("offers no 1234x777: the nearest that it offers is"),
              std::string::npos)
        << set.error().message;
    EXPECT_EQ(source_->geometry().size, kScreen);
}

}  // namespace
}  // namespace oriel::test
