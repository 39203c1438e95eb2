// SPDX-License-Identifier: MIT
#include "input/screen_exchange.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

#include <gtest/gtest.h>

#include "abi/cursor.h"

namespace oriel {
namespace {

using Wanted = MachineScreen::Wanted;
using Standing = MachineScreen::Standing;

constexpr Size kScreen{64, 32};

/// A screen of one byte a pixel, so to speak: each pixel has the same four.
class ScreenExchangeTest : public testing::Test {
  protected:
    ScreenExchangeTest() {
        exchange_.set_demand([this] { ++demands_; });
    }

    void begin(Size size = kScreen) {
        size_ = size;
        screen_.assign(size.area() * 4, std::byte{0});
        ASSERT_TRUE(exchange_.begin(size));
    }

    void fill(const Rect& part, std::byte value) {
        for (std::uint32_t y = part.y; y < part.bottom(); ++y) {
            std::memset(&screen_[(y * size_.width + part.x) * 4],
                        std::to_integer<int>(value),
                        std::size_t{part.width} * 4);
        }
        exchange_.note_change(part);
    }

    void pass_on() {
        exchange_.pass_on([this](const Rect& part, std::span<std::byte> to, std::uint32_t stride) {
            painted_ += part.area();
            for (std::uint32_t y = part.y; y < part.bottom(); ++y) {
                std::memcpy(&to[y * stride + part.x * 4],
                            &screen_[(y * size_.width + part.x) * 4],
                            std::size_t{part.width} * 4);
            }
        });
    }

    bool is_screen(const MachinePicture& picture) const {
        return picture.geometry.size == size_ && std::ranges::equal(picture.pixels, screen_);
    }

    int news_ = 0;
    int demands_ = 0;
    ScreenExchange exchange_{[this] {
        ++news_;
    }};
    Size size_;
    std::vector<std::byte> screen_;
    std::uint64_t painted_ = 0;
};

TEST_F(ScreenExchangeTest, CopiesNothingThatNobodyWants) {
    begin();
    pass_on();

    EXPECT_EQ(painted_, 0U);
    EXPECT_FALSE(exchange_.take());
    EXPECT_NE(exchange_.standing(), Standing::Shown);
}

TEST_F(ScreenExchangeTest, TheFirstPictureIsWholeAndTheNextOnesAreWhatChanged) {
    exchange_.want(Wanted::Yes);
    EXPECT_EQ(demands_, 1);
    begin();
    pass_on();
    EXPECT_EQ(exchange_.standing(), Standing::Shown);
    EXPECT_GT(news_, 0);
    const auto first = exchange_.take();
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->damage.covers(Rect::of(kScreen)));
    EXPECT_TRUE(is_screen(*first));
    EXPECT_FALSE(exchange_.take()) << "it was taken";

    fill({3, 4, 5, 6}, std::byte{7});
    pass_on();
    const auto second = exchange_.take();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->damage.area(), 30U);
    EXPECT_TRUE(is_screen(*second));
    exchange_.give_back(*first);

    painted_ = 0;
    fill({40, 20, 2, 2}, std::byte{9});
    pass_on();
    const auto third = exchange_.take();
    ASSERT_TRUE(third);
    EXPECT_EQ(third->damage.area(), 4U);
    EXPECT_TRUE(is_screen(*third));
    EXPECT_EQ(painted_, 34U) << "this change, and the one that the buffer had missed";
}

TEST_F(ScreenExchangeTest, BothBuffersOutNothingIsCopiedAndNothingIsLost) {
    exchange_.want(Wanted::Yes);
    begin();
    pass_on();
    const auto first = exchange_.take();
    fill({0, 0, 1, 1}, std::byte{1});
    pass_on();
    const auto second = exchange_.take();
    ASSERT_TRUE(first && second);
    const std::vector<std::byte> before(second->pixels.begin(), second->pixels.end());

    painted_ = 0;
    for (std::uint32_t i = 1; i < 20; ++i) {
        fill({i, i, 1, 1}, std::byte{2});
        pass_on();
    }
    EXPECT_EQ(painted_, 0U);
    EXPECT_FALSE(exchange_.take());
    EXPECT_TRUE(std::ranges::equal(second->pixels, before)) << "it was lent";

    exchange_.give_back(*first);
    pass_on();
    const auto third = exchange_.take();
    ASSERT_TRUE(third);
    EXPECT_TRUE(is_screen(*third));
    EXPECT_EQ(third->damage.area(), 19U);
}

TEST_F(ScreenExchangeTest, APictureThatWaitsIsFilledUp) {
    exchange_.want(Wanted::Yes);
    begin();
    pass_on();
    for (std::uint32_t i = 0; i < 5; ++i) {
        fill({i, 0, 1, 1}, std::byte{3});
        pass_on();
    }

    const auto picture = exchange_.take();

    ASSERT_TRUE(picture);
    EXPECT_TRUE(is_screen(*picture));
    EXPECT_TRUE(picture->damage.covers(Rect::of(kScreen)));
    EXPECT_FALSE(exchange_.take());
}

TEST_F(ScreenExchangeTest, AnotherSizeIsAnotherPicture) {
    exchange_.want(Wanted::Yes);
    begin();
    pass_on();
    const auto small = exchange_.take();
    ASSERT_TRUE(small);

    begin({80, 50});
    pass_on();
    const auto large = exchange_.take();

    ASSERT_TRUE(large);
    EXPECT_TRUE(is_screen(*large));
    EXPECT_TRUE(large->damage.covers({0, 0, 80, 50}));
    EXPECT_EQ(small->pixels.size(), kScreen.area() * 4) << "it was lent";

    exchange_.give_back(*small);
    begin({20, 10});
    pass_on();
    const auto smallest = exchange_.take();
    ASSERT_TRUE(smallest);
    EXPECT_TRUE(is_screen(*smallest));
    EXPECT_TRUE(Rect::of({20, 10}).contains(smallest->damage.bounds()));
}

TEST_F(ScreenExchangeTest, ChangesOutsideOfTheScreenDoNotCount) {
    exchange_.want(Wanted::Yes);
    begin();
    pass_on();
    ASSERT_TRUE(exchange_.take());

    exchange_.note_change({kScreen.width, 0, 5, 5});
    pass_on();
    EXPECT_FALSE(exchange_.take());

    exchange_.note_change({kScreen.width - 1, kScreen.height - 1, 16384, 16384});
    pass_on();
    const auto picture = exchange_.take();
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->damage.area(), 1U);
}

TEST_F(ScreenExchangeTest, ASizeThatNoScreenHasIsRefusedByName) {
    exchange_.want(Wanted::Yes);
    for (const Size size : {Size{0, 5}, Size{16385, 1}, Size{16384, 16384}}) {
        EXPECT_FALSE(exchange_.begin(size));
        EXPECT_EQ(exchange_.standing(), Standing::None);
        EXPECT_NE(exchange_.lack().find(std::to_string(size.width) + "x"), std::string::npos);
    }
    exchange_.note_change({0, 0, 10, 10});
    pass_on();
    EXPECT_EQ(painted_, 0U);

    begin();
    pass_on();
    EXPECT_EQ(exchange_.standing(), Standing::Shown);
    EXPECT_EQ(exchange_.lack(), "");
}

TEST_F(ScreenExchangeTest, WhoWantsItAgainGetsAllOfIt) {
    exchange_.want(Wanted::Yes);
    begin();
    pass_on();
    const auto lent = exchange_.take();
    ASSERT_TRUE(lent);
    exchange_.want(Wanted::No);
    EXPECT_EQ(exchange_.standing(), Standing::Expected);
    exchange_.give_back(*lent);
    fill({1, 1, 1, 1}, std::byte{5});
    pass_on();
    EXPECT_FALSE(exchange_.take());

    exchange_.want(Wanted::Yes);
    pass_on();

    const auto picture = exchange_.take();
    ASSERT_TRUE(picture);
    EXPECT_TRUE(is_screen(*picture));
    EXPECT_TRUE(picture->damage.covers(Rect::of(kScreen)));
}

TEST_F(ScreenExchangeTest, APictureIsKeptByWhoHasItWhenAllElseIsGone) {
    std::optional<MachinePicture> picture;
    {
        ScreenExchange gone([] {});
        gone.set_demand([] {});
        gone.want(Wanted::Yes);
        ASSERT_TRUE(gone.begin(kScreen));
        gone.pass_on([](const Rect&, std::span<std::byte> to, std::uint32_t) {
            std::ranges::fill(to, std::byte{0x5a});
        });
        picture = gone.take();
    }
    ASSERT_TRUE(picture);
    EXPECT_TRUE(
        std::ranges::all_of(picture->pixels, [](std::byte b) { return b == std::byte{0x5a}; }));
}

TEST_F(ScreenExchangeTest, ThePointersShapeIsPremultipliedAndItsHotSpotInside) {
    const std::vector<std::byte> rgba{std::byte{200}, std::byte{20}, std::byte{3}, std::byte{100}};
    exchange_.hide_cursor();
    EXPECT_FALSE(exchange_.cursor_news().position) << "there is none to hide";

    exchange_.set_cursor({1, 1}, 9, 9, rgba.data());

    const CursorNews news = exchange_.cursor_news();
    ASSERT_TRUE(news.image && news.position);
    const std::vector<std::byte> bgra{std::byte{3}, std::byte{20}, std::byte{100}, std::byte{100}};
    EXPECT_EQ(news.image->pixels, bgra);
    EXPECT_EQ(news.image->hot_x, 0U);
    EXPECT_EQ(news.position->visibility, CursorPosition::Visibility::Shown);
    EXPECT_FALSE(exchange_.cursor_news().image);

    exchange_.hide_cursor();
    EXPECT_EQ(exchange_.cursor_news().position->visibility, CursorPosition::Visibility::Hidden);
    exchange_.set_cursor({abi::kMaxCursorSide + 1, 1}, 0, 0, rgba.data());
    EXPECT_FALSE(exchange_.cursor_news().image);
}

/// Each picture is of one moment, and the last one is the screen.
TEST_F(ScreenExchangeTest, TwoThreadsNeverHaveOneBuffer) {
    constexpr int kRounds = 3000;
    exchange_.want(Wanted::Yes);
    std::atomic<bool> is_done = false;
    int last_seen = -1;
    std::thread shower([&] {
        std::optional<MachinePicture> shown;
        while (true) {
            const bool was_done = is_done;
            if (auto picture = exchange_.take()) {
                EXPECT_EQ(std::ranges::count(picture->pixels, picture->pixels[0]),
                          static_cast<std::ptrdiff_t>(picture->pixels.size()));
                last_seen = std::to_integer<int>(picture->pixels[0]);
                if (shown) {
                    exchange_.give_back(*shown);
                }
                shown = std::move(picture);
            } else if (was_done) {
                return;
            }
        }
    });
    begin();
    for (int i = 0; i < kRounds; ++i) {
        fill(Rect::of(kScreen), static_cast<std::byte>(i));
        pass_on();
    }
    // The shower gives one back sooner or later.
    painted_ = 0;
    fill(Rect::of(kScreen), std::byte{77});
    while (painted_ == 0) {
        pass_on();
    }
    is_done = true;
    shower.join();

    EXPECT_EQ(last_seen, 77);
}

}  // namespace
}  // namespace oriel
