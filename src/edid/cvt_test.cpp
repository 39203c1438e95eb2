// SPDX-License-Identifier: MIT
// The timings of VESA's list of monitor timings (DMT) that were computed by the formulas; that
// other programs compute the same for many more is in tests/edid.
#include "edid/cvt.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

constexpr auto kPositive = SyncPolarity::Positive;
constexpr auto kNegative = SyncPolarity::Negative;

TEST(Cvt, GivesATubeItsBlanking) {
    const Timing timing = cvt_timing({1680, 1050, 60'000}, CvtFormula::Full).value();

    EXPECT_EQ(timing.horizontal, (TimingAxis{1680, 104, 176, 280, kNegative}));
    EXPECT_EQ(timing.vertical, (TimingAxis{1050, 3, 6, 30, kPositive}));
    EXPECT_EQ(timing.pixel_clock_hz, 146'250'000U);
}

TEST(Cvt, ReducesTheBlanking) {
    const Timing timing = cvt_timing({1920, 1200, 60'000}, CvtFormula::Reduced).value();

    EXPECT_EQ(timing.horizontal, (TimingAxis{1920, 48, 32, 80, kPositive}));
    EXPECT_EQ(timing.vertical, (TimingAxis{1200, 3, 6, 26, kNegative}));
    EXPECT_EQ(timing.pixel_clock_hz, 154'000'000U);
}

TEST(Cvt, ReducesItFurtherAndKeepsTheRate) {
    const Timing timing = cvt_timing({4096, 2160, 60'000}, CvtFormula::Reduced2).value();

    EXPECT_EQ(timing.horizontal, (TimingAxis{4096, 8, 32, 40, kPositive}));
    EXPECT_EQ(timing.vertical, (TimingAxis{2160, 48, 8, 6, kNegative}));
    EXPECT_EQ(timing.pixel_clock_hz, 556'744'000U);
}

TEST(Cvt, KeepsTheRateToAThousandthAtEverySpeed) {
    for (const std::uint32_t refresh : {24'000U, 59'940U, 144'000U, 175'000U, 360'000U, 500'000U}) {
        const Timing timing = cvt_timing({1920, 1080, refresh}, CvtFormula::Reduced2).value();
        EXPECT_NEAR(timing.refresh_hz(), refresh / 1000.0, 0.001);
    }
}

TEST(Cvt, SaysWhichWidthTheOlderFormulasCanHave) {
    const auto refused = cvt_timing({1366, 768, 60'000}, CvtFormula::Reduced);

    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("take 1360, or cvt-rb2"), std::string::npos);
    EXPECT_EQ(cvt_timing({1366, 768, 60'000}, CvtFormula::Reduced2)->horizontal.active, 1366U);
}

}  // namespace
}  // namespace oriel
