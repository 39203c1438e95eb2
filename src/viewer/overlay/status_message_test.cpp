// SPDX-License-Identifier: MIT
#include "viewer/overlay/status_message.h"

#include <gtest/gtest.h>

#include "present/offscreen/offscreen_presenter.h"

namespace oriel {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(MessageAge, StandsInTheFirstLineOfWhatWaits) {
    const std::string text = "waiting for the guest's agent\n(oriel-guest in the VM)";

    EXPECT_EQ(with_age(text, seconds(2)), text);
    EXPECT_EQ(with_age(text, milliseconds(12'900)),
              "waiting for the guest's agent since 12 s\n(oriel-guest in the VM)");
    EXPECT_EQ(with_age("waiting for it", minutes(59)), "waiting for it since 59 min");
    EXPECT_EQ(with_age("waiting for it", hours(26) + minutes(5)),
              "waiting for it since 26 h 5 min");
}

TEST(MessageAge, IsNotToldOfWhatDoesNotWait) {
    EXPECT_EQ(with_age("update the viewer", hours(1)), "update the viewer");
    EXPECT_EQ(age_lasts("update the viewer", hours(1)), Nanoseconds(0));
    EXPECT_EQ(age_lasts("", hours(1)), Nanoseconds(0));
}

TEST(MessageAge, IsAnotherExactlyWhenItSaysSo) {
    const std::string text = "waiting for it";
    Nanoseconds age{0};
    for (int i = 0; i < 100; ++i) {
        const Nanoseconds lasts = age_lasts(text, age);
        EXPECT_EQ(with_age(text, age + lasts - Nanoseconds(1)), with_age(text, age));
        EXPECT_NE(with_age(text, age + lasts), with_age(text, age));
        age += lasts;
    }
    EXPECT_EQ(age, minutes(1) + minutes(42));
}

class StatusMessageTest : public testing::Test {
  protected:
    const LayerImage& shown() const { return presenter_->layer(Layer::Message); }

    /// Turns of the loop for a while; how often it woke up.
    int wakes_within(Nanoseconds time) {
        int wakes = 0;
        const Nanoseconds end = monotonic_now() + time;
        while (monotonic_now() < end) {
            EXPECT_TRUE(loop_.run_once(end - monotonic_now()));
            ++wakes;
        }
        return wakes;
    }

    PollLoop loop_;
    std::unique_ptr<OffscreenPresenter> presenter_ = OffscreenPresenter::open({}).value();
    StatusMessage message_{loop_, *presenter_, [](const Error& error) {
                               ADD_FAILURE() << error.message;
                           }};
};

TEST_F(StatusMessageTest, IsShownUntilItIsTakenAway) {
    message_.show("waiting for it");
    EXPECT_EQ(message_.text(), "waiting for it");
    EXPECT_FALSE(shown().size.is_empty());

    message_.show("");

    EXPECT_TRUE(message_.text().empty());
    EXPECT_TRUE(shown().size.is_empty());
    EXPECT_LE(wakes_within(milliseconds(3200)), 1);
}

TEST_F(StatusMessageTest, CountsWhileItIsSeen) {
    message_.show("waiting for it");
    const LayerImage before = shown();
    static_cast<void>(wakes_within(milliseconds(3100)));
    EXPECT_GT(shown().size.width, before.size.width);

    message_.on_visibility(false);
    EXPECT_LE(wakes_within(milliseconds(1200)), 1);
}

}  // namespace
}  // namespace oriel
