// SPDX-License-Identifier: MIT
#include "viewer/screen_pump.h"

#include <algorithm>
#include <memory>

#include <gtest/gtest.h>

#include "input/screen_exchange.h"
#include "present/offscreen/offscreen_presenter.h"
#include "present/presenter_rig.h"

namespace oriel {
namespace {

using Wanted = MachineScreen::Wanted;
using Outcome = ScreenPump::Outcome;

constexpr Size kScreen{32, 16};

class ScreenPumpTest : public testing::Test {
  protected:
    void SetUp() override {
        auto opened = OffscreenPresenter::open({});
        ASSERT_TRUE(opened);
        presenter_ = std::move(*opened);
        pump_.emplace(*presenter_);
        make_machine();
        pump_->set_source(machine_.get());
    }

    void make_machine() {
        machine_ = std::make_unique<ScreenExchange>([] {});
        machine_->set_demand([] {});
    }

    /// The machine's whole screen becomes of that colour; its picture says `part` of it changed.
    void draw(std::byte colour, const Rect& part = Rect::of(kScreen)) {
        machine_->note_change(part);
        machine_->pass_on([&](const Rect&, std::span<std::byte> to, std::uint32_t) {
            std::ranges::fill(to, colour);
        });
    }

    Outcome pump() {
        const auto outcome = pump_->pump();
        EXPECT_TRUE(outcome);
        // It takes the next one once it has told of the last.
        EXPECT_TRUE(presenter_->dispatch(listener_));
        for (const std::uint64_t token : listener_.released) {
            EXPECT_TRUE(pump_->on_released(token));
        }
        listener_.released.clear();
        return outcome.value_or(Outcome::Nothing);
    }

    std::size_t shown(std::byte colour) const {
        return static_cast<std::size_t>(
            std::ranges::count(presenter_->last_frame().pixels, colour));
    }

    std::unique_ptr<OffscreenPresenter> presenter_;
    test::RecordingListener listener_;
    std::unique_ptr<ScreenExchange> machine_;
    std::optional<ScreenPump> pump_;
};

TEST_F(ScreenPumpTest, ShowsNothingUnlessItIsWanted) {
    ASSERT_TRUE(machine_->begin(kScreen));
    draw(std::byte{1});
    EXPECT_EQ(pump(), Outcome::Nothing);
    EXPECT_FALSE(machine_->is_wanted());

    pump_->want(Wanted::Yes);
    EXPECT_TRUE(machine_->is_wanted());
    draw(std::byte{2});
    EXPECT_EQ(pump(), Outcome::Shown);
    EXPECT_EQ(shown(std::byte{2}), kScreen.area() * 4);

    pump_->want(Wanted::No);
    EXPECT_FALSE(machine_->is_wanted());
    EXPECT_EQ(pump(), Outcome::Nothing);
}

TEST_F(ScreenPumpTest, CarriesWhatChanged) {
    pump_->want(Wanted::Yes);
    ASSERT_TRUE(machine_->begin(kScreen));
    draw(std::byte{1});
    ASSERT_EQ(pump(), Outcome::Shown);

    draw(std::byte{2}, {4, 4, 3, 2});

    ASSERT_EQ(pump(), Outcome::Shown);
    EXPECT_EQ(shown(std::byte{2}), 3U * 2 * 4);
    EXPECT_EQ(pump(), Outcome::Nothing);
}

TEST_F(ScreenPumpTest, ShowsTheSameAgainAfterAnExpose) {
    pump_->want(Wanted::Yes);
    ASSERT_TRUE(machine_->begin(kScreen));
    draw(std::byte{1});
    ASSERT_EQ(pump(), Outcome::Shown);

    pump_->show_again();

    EXPECT_EQ(pump(), Outcome::Shown);
    EXPECT_EQ(presenter_->last_frame().count, 2U);
    EXPECT_EQ(pump(), Outcome::Nothing);
}

TEST_F(ScreenPumpTest, GoesOnForAsLongAsTheMachineDraws) {
    pump_->want(Wanted::Yes);
    ASSERT_TRUE(machine_->begin(kScreen));
    for (int i = 0; i < 50; ++i) {
        draw(static_cast<std::byte>(i));
        ASSERT_EQ(pump(), Outcome::Shown) << i;
        ASSERT_EQ(shown(static_cast<std::byte>(i)), kScreen.area() * 4) << i;
    }
}

TEST_F(ScreenPumpTest, FollowsAnotherMachine) {
    pump_->want(Wanted::Yes);
    ASSERT_TRUE(machine_->begin(kScreen));
    draw(std::byte{1});
    ASSERT_EQ(pump(), Outcome::Shown);

    pump_->set_source(nullptr);
    make_machine();
    EXPECT_EQ(pump(), Outcome::Nothing);
    EXPECT_EQ(pump_->standing(), MachineScreen::Standing::None);
    pump_->set_source(machine_.get());

    EXPECT_TRUE(machine_->is_wanted());
    ASSERT_TRUE(machine_->begin(kScreen));
    draw(std::byte{3});
    EXPECT_EQ(pump(), Outcome::Shown);
    EXPECT_EQ(shown(std::byte{3}), kScreen.area() * 4);
}

TEST_F(ScreenPumpTest, KnowsItsOwnTokens) {
    EXPECT_FALSE(pump_->on_released(1)) << "a frame's";
}

}  // namespace
}  // namespace oriel
