// SPDX-License-Identifier: MIT
#include "viewer/overlay/overlay.h"

#include <gtest/gtest.h>

#include "present/offscreen/offscreen_presenter.h"

namespace oriel {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class OverlayTest : public testing::Test {
  protected:
    const LayerImage& shown() const { return presenter_->layer(Layer::Overlay); }

    bool is_shown() const { return !shown().size.is_empty(); }

    void frame() {
        const Nanoseconds now = monotonic_now();
        overlay_.note_frame({.sequence = ++sequence_,
                             .damaged_pixels = 10,
                             .publishers = {},
                             .taken = now,
                             .shown = now});
    }

    /// Turns of the loop for so long, frames between them if wished; how often the overlay became
    /// another image.
    int draws_within(Nanoseconds time, bool has_frames = false) {
        int draws = 0;
        const Nanoseconds end = monotonic_now() + time;
        std::vector<std::byte> last = shown().pixels;
        while (monotonic_now() < end) {
            const Nanoseconds left = end - monotonic_now();
            EXPECT_TRUE(
                loop_.run_once(has_frames ? std::min<Nanoseconds>(left, milliseconds(10)) : left));
            ++wakes_;
            if (has_frames) {
                frame();
            }
            if (shown().pixels != last) {
                last = shown().pixels;
                ++draws;
            }
        }
        return draws;
    }

    PollLoop loop_;
    std::unique_ptr<OffscreenPresenter> presenter_ = OffscreenPresenter::open({}).value();
    Overlay overlay_{loop_, *presenter_, "Right Ctrl", [](const Error& error) {
                         ADD_FAILURE() << error.message;
                     }};
    std::uint64_t sequence_ = 0;
    int wakes_ = 0;
};

TEST_F(OverlayTest, IsNotThereUntilItIsWanted) {
    frame();
    EXPECT_EQ(draws_within(milliseconds(300)), 0);
    EXPECT_FALSE(is_shown());
    EXPECT_FALSE(overlay_.shows_figures());
}

TEST_F(OverlayTest, TogglesItsPages) {
    overlay_.toggle_figures();
    static_cast<void>(draws_within(milliseconds(50)));
    const LayerImage figures = shown();
    overlay_.toggle_help();
    const LayerImage help = shown();
    overlay_.toggle_help();
    static_cast<void>(draws_within(milliseconds(50)));
    EXPECT_EQ(shown().pixels, figures.pixels);
    EXPECT_NE(help.size, figures.size);

    overlay_.toggle_figures();
    EXPECT_FALSE(is_shown());
}

TEST_F(OverlayTest, FiguresTakeThePlaceOfTheHelp) {
    overlay_.toggle_help();
    EXPECT_FALSE(overlay_.shows_figures());
    overlay_.toggle_figures();
    EXPECT_TRUE(overlay_.shows_figures());
    overlay_.toggle_figures();
    EXPECT_FALSE(is_shown());
}

TEST_F(OverlayTest, FollowsFramesFourTimesASecondAndThenRests) {
    overlay_.toggle_figures();
    const int draws = draws_within(seconds(2), true);
    EXPECT_GE(draws, 4);
    EXPECT_LE(draws, 9);

    static_cast<void>(draws_within(FrameHistory::kRateSpan + milliseconds(400)));
    wakes_ = 0;
    EXPECT_EQ(draws_within(seconds(1)), 0);
    EXPECT_EQ(wakes_, 1);
}

TEST_F(OverlayTest, SaysOnceMoreThatNothingComes) {
    overlay_.toggle_figures();
    static_cast<void>(draws_within(milliseconds(600), true));
    static_cast<void>(draws_within(milliseconds(300)));

    EXPECT_EQ(draws_within(FrameHistory::kRateSpan), 1);
}

TEST_F(OverlayTest, DrawsNothingWhileItIsNotSeen) {
    overlay_.toggle_figures();
    static_cast<void>(draws_within(milliseconds(50)));
    overlay_.on_visibility(false);

    EXPECT_EQ(draws_within(milliseconds(600), true), 0);
    overlay_.on_visibility(true);
    EXPECT_EQ(draws_within(milliseconds(50)), 1);
}

TEST_F(OverlayTest, AHintGoesByItself) {
    overlay_.show_hint("Right Ctrl releases");
    EXPECT_TRUE(is_shown());
    static_cast<void>(draws_within(milliseconds(3100)));
    EXPECT_FALSE(is_shown());
}

TEST_F(OverlayTest, AHintDoesNotCoverAPage) {
    overlay_.toggle_help();
    const LayerImage help = shown();

    overlay_.show_hint("Right Ctrl releases");
    EXPECT_EQ(shown().pixels, help.pixels);
    overlay_.toggle_help();
    EXPECT_TRUE(is_shown());
    overlay_.end_hint();
    EXPECT_FALSE(is_shown());
}

TEST_F(OverlayTest, ShowsOtherFacts) {
    overlay_.toggle_figures();
    static_cast<void>(draws_within(milliseconds(50)));
    OverlayFacts facts;
    facts.name = "win11";

    overlay_.set_facts(facts);
    EXPECT_EQ(draws_within(milliseconds(300)), 1);
    overlay_.set_facts(facts);
    EXPECT_EQ(draws_within(milliseconds(300)), 0);
}

}  // namespace
}  // namespace oriel
