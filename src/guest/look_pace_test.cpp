// SPDX-License-Identifier: MIT
#include "guest/look_pace.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(LookPace, WithoutABellLooksOftenWhateverComes) {
    LookPace pace(LookPace::Bell::None);
    pace.note_audience(LookPace::Audience::Somebody);
    EXPECT_EQ(pace.period(), LookPace::kUnrung);
    EXPECT_FALSE(pace.is_rung());

    pace.note_found();

    EXPECT_EQ(pace.period(), LookPace::kUnrung);
}

TEST(LookPace, WithoutABellLooksFewerThanFiveTimesASecondWhileNobodyIsThere) {
    LookPace pace(LookPace::Bell::None);
    EXPECT_EQ(pace.period(), LookPace::kUnrungAlone);
    EXPECT_LT(std::chrono::seconds(1) / LookPace::kUnrungAlone, 5);

    pace.note_audience(LookPace::Audience::Somebody);
    EXPECT_EQ(pace.period(), LookPace::kUnrung);

    pace.note_audience(LookPace::Audience::Nobody);
    EXPECT_EQ(pace.period(), LookPace::kUnrungAlone);
}

TEST(LookPace, WithASureBellNeverLooks) {
    LookPace pace(LookPace::Bell::Sure);

    pace.note_found();

    EXPECT_FALSE(pace.period());
    EXPECT_TRUE(pace.is_rung());
}

TEST(LookPace, ABellThatFellSilentIsFoundOutByALookAndBelievedAgainByItsRing) {
    LookPace pace(LookPace::Bell::MayFallSilent);
    EXPECT_EQ(pace.period(), LookPace::kRung);
    EXPECT_TRUE(pace.is_rung());

    pace.note_audience(LookPace::Audience::Somebody);
    pace.note_found();
    EXPECT_EQ(pace.period(), LookPace::kUnrung);
    EXPECT_FALSE(pace.is_rung());

    pace.note_ring();
    EXPECT_EQ(pace.period(), LookPace::kRung);
    EXPECT_TRUE(pace.is_rung());
}

}  // namespace
}  // namespace oriel
