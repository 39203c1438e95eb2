// SPDX-License-Identifier: MIT
#include "viewer/overlay/overlay_pace.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Nanoseconds kNow = seconds(100);

TEST(OverlayPace, SleepsWithoutAChange) {
    OverlayPace pace;
    EXPECT_FALSE(pace.due());

    pace.note_change();
    pace.note_drawn(kNow);

    EXPECT_FALSE(pace.due());
}

TEST(OverlayPace, DrawsTheFirstChangeAtOnce) {
    OverlayPace pace;
    pace.note_change();

    ASSERT_TRUE(pace.due());
    EXPECT_LE(*pace.due(), kNow);
}

TEST(OverlayPace, DrawsFourTimesASecondAtMost) {
    OverlayPace pace;
    int draws = 0;
    for (Nanoseconds now = kNow; now < kNow + seconds(10); now += milliseconds(1)) {
        pace.note_change();
        if (*pace.due() <= now) {
            pace.note_drawn(now);
            ++draws;
        }
    }

    EXPECT_EQ(draws, 40);
}

TEST(OverlayPace, DrawsWhatItExpectsOnce) {
    OverlayPace pace;
    pace.note_drawn(kNow);
    pace.expect_change(kNow + seconds(2));
    EXPECT_EQ(pace.due(), kNow + seconds(2));

    pace.note_drawn(kNow + seconds(2));

    EXPECT_FALSE(pace.due());
}

TEST(OverlayPace, AChangeComesBeforeWhatIsExpected) {
    OverlayPace pace;
    pace.note_drawn(kNow);
    pace.expect_change(kNow + seconds(2));

    pace.note_change();

    EXPECT_EQ(pace.due(), kNow + OverlayPace::kLeastGap);
}

}  // namespace
}  // namespace oriel
