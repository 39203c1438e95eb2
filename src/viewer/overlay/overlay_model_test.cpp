// SPDX-License-Identifier: MIT
#include "viewer/overlay/overlay_model.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "viewer/host_keys.h"

namespace oriel {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Nanoseconds kStart = seconds(100);
constexpr std::uint64_t kPixels = 1920ULL * 1080;

/// One of 50 a second: 2 ms for the capture, 0.5 for the relay, 0.25 to be shown.
ShownFrame nth(int i, Nanoseconds error = Nanoseconds(0)) {
    const Nanoseconds shown = kStart + i * milliseconds(20);
    return {.sequence = static_cast<std::uint64_t>(i) + 1,
            .damaged_pixels = kPixels,
            .publishers = ShownFrame::Publishers{.changed = shown - microseconds(2750),
                                                 .captured = shown - microseconds(750),
                                                 .error = error},
            .taken = shown - microseconds(250),
            .shown = shown};
}

FrameHistory steady(int count, Nanoseconds error = Nanoseconds(0)) {
    FrameHistory history;
    for (int i = 0; i < count; ++i) {
        history.add(nth(i, error), kPixels);
    }
    return history;
}

OverlayFacts usual_facts() {
    OverlayFacts facts;
    facts.name = "win11";
    facts.state = SessionStatus::State::Live;
    facts.presenter = "x11 :0, zero-copy";
    facts.refresh.mhz = 60'000;
    facts.picture = {1920, 1080};
    facts.window = {1920, 1080};
    facts.input = "to the guest";
    return facts;
}

std::string value_of(const std::vector<FiguresPage::Row>& rows, const std::string& label) {
    const auto row = std::ranges::find(rows, label, &FiguresPage::Row::label);
    return row == rows.end() ? "missing" : row->value;
}

FiguresPage page_of(const FrameHistory& history, const OverlayFacts& facts = usual_facts()) {
    return make_figures_page(history, facts, "Right Ctrl", history.newest().value_or(kStart));
}

TEST(FiguresPage, TellsRatesAndStages) {
    const FiguresPage page = page_of(steady(500, microseconds(40)));

    EXPECT_EQ(page.title, "win11");
    EXPECT_EQ(page.state, "live");
    EXPECT_TRUE(page.is_live);
    EXPECT_EQ(value_of(page.rates, "frames"), "50/s from the guest, 50/s shown");
    EXPECT_EQ(value_of(page.rates, "damage"), "103.7 MPix/s, 100 % of the picture a frame");
    EXPECT_EQ(value_of(page.rates, "picture"), "1920×1080, pixel for pixel");
    ASSERT_EQ(page.stages.size(), 4U);
    EXPECT_EQ(page.stages[0].p50, "2.00");
    EXPECT_EQ(page.stages[1].p50, "0.50");
    EXPECT_EQ(page.stages[2].p99, "0.25");
    EXPECT_EQ(page.stages[3].p99, "2.75");
    EXPECT_EQ(page.stages[3].what, "change to screen, ± 0.04");
    EXPECT_TRUE(page.warnings.empty());
}

TEST(FiguresPage, TellsThatNothingChanges) {
    const FrameHistory history = steady(500);

    const FiguresPage page =
        make_figures_page(history, usual_facts(), "Right Ctrl", *history.newest() + seconds(5));

    EXPECT_EQ(value_of(page.rates, "frames"), "0/s from the guest, 0/s shown");
    EXPECT_EQ(value_of(page.rates, "damage"), "nothing changes");
    EXPECT_EQ(
        page,
        make_figures_page(history, usual_facts(), "Right Ctrl", *history.newest() + seconds(500)));
}

TEST(FiguresPage, IsThereBeforeAnyFrame) {
    OverlayFacts facts = usual_facts();
    facts.state = SessionStatus::State::NoPublisher;
    facts.picture = {};

    const FiguresPage page = page_of({}, facts);

    EXPECT_FALSE(page.is_live);
    EXPECT_EQ(page.state, "no-publisher");
    EXPECT_EQ(value_of(page.rates, "picture"), "none");
    EXPECT_EQ(page.stages[3].p50, "-");
    EXPECT_TRUE(page.warnings.empty());
}

TEST(FiguresPage, SaysOnlyWhatTheDisplayTold) {
    OverlayFacts facts = usual_facts();
    EXPECT_EQ(value_of(page_of({}, facts).facts, "display"), "60.0 Hz");

    facts.refresh.mhz = 0;
    facts.feedback = {.is_scanned_out = DisplayFeedback::Answer::Yes,
                      .is_tearing = DisplayFeedback::Answer::No,
                      .is_vrr = DisplayFeedback::Answer::Unknown};

    EXPECT_EQ(value_of(page_of({}, facts).facts, "display"),
              "refresh not known, scanned out directly, no tearing");
}

TEST(FiguresPage, Warns) {
    OverlayFacts facts = usual_facts();
    facts.cut_off = "cut off below: the guest's ivshmem device needs 64 MiB";
    facts.voided_holds = 3;
    facts.faults = 7;
    FrameHistory history;
    ShownFrame frame = nth(0);
    frame.publishers.reset();
    history.add(frame, 1);

    const auto warnings = page_of(history, facts).warnings;

    ASSERT_EQ(warnings.size(), 4U);
    EXPECT_EQ(warnings[0], "the picture is cut off below: the guest's ivshmem device needs 64 MiB");
    EXPECT_TRUE(warnings[1].starts_with("3 times a frame was overwritten"));
    EXPECT_TRUE(warnings[2].starts_with("7 times what the guest wrote made no sense"));
    EXPECT_TRUE(warnings[3].starts_with("the guest's clock is not known"));
}

TEST(FiguresGraph, HasABarForEachFrameAndAHoleForEachThatIsMissing) {
    FrameHistory history;
    for (int i = 0; i < 500; ++i) {
        if (i < 400 || i >= 410) {
            history.add(nth(i), 1);
        }
    }

    const auto graph = page_of(history).graph;

    // Columns of 25 ms, frames each 20 ms: the ten that are missing leave seven or eight free.
    ASSERT_EQ(graph.bars.size(), 400U);
    const auto holes = std::ranges::count_if(graph.bars, [](double bar) { return bar < 0; });
    EXPECT_GE(holes, 7);
    EXPECT_LE(holes, 8);
    EXPECT_EQ(graph.top, "5 ms");
    EXPECT_DOUBLE_EQ(graph.bars.back(), 2.75 / 5);
    EXPECT_GE(graph.period, 1);
}

TEST(FiguresGraph, OneLateFrameDoesNotFlattenTheOthers) {
    FrameHistory history = steady(400);
    ShownFrame late = nth(400);
    late.publishers->changed -= milliseconds(800);
    history.add(late, 1);

    const auto graph = page_of(history).graph;

    EXPECT_EQ(graph.top, "5 ms");
    EXPECT_EQ(graph.bars.back(), 1);
    EXPECT_DOUBLE_EQ(graph.bars.front() < 0 ? 2.75 / 5 : graph.bars.front(), 2.75 / 5);
}

TEST(FiguresGraph, BarsMoveWithoutAnotherShape) {
    FrameHistory history = steady(300);
    const auto before = page_of(history).graph.bars;
    for (int i = 300; i < 305; ++i) {
        history.add(nth(i), 1);
    }
    const auto after = page_of(history).graph.bars;

    // Five frames later: a tenth of a second, four columns.
    EXPECT_TRUE(std::equal(before.begin() + 4, before.end() - 1, after.begin()));
}

TEST(HelpPage, NamesEachKeyThatDoesSomething) {
    const HelpPage page = make_help_page("Right Ctrl");

    std::set<std::string> keys;
    for (const HelpPage::Row& row : page.rows) {
        keys.insert(row.keys);
        EXPECT_FALSE(row.what.empty());
    }
    EXPECT_EQ(keys.size(), page.rows.size());
    EXPECT_EQ(keys.count("Right Ctrl"), 1U);
    for (const char* key : {"F", "O", "H", "Q", "Delete", "F1 to F12"}) {
        EXPECT_EQ(keys.count(std::string("Right Ctrl + ") + key), 1U) << key;
    }
}

}  // namespace
}  // namespace oriel
