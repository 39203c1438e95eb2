// SPDX-License-Identifier: MIT
#include "capture/windows/windows_mode_setter.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

constexpr OfferedMode kOffered[] = {
    {{1920, 1080}, 60}, {{1920, 1080}, 144}, {{1920, 1080}, 59}, {{1280, 720}, 60}};

std::optional<OfferedMode> chosen(Size size, std::uint32_t refresh_mhz) {
    return choose_mode(kOffered, size, refresh_mhz);
}

TEST(ChooseMode, TakesTheNearestRate) {
    EXPECT_EQ(chosen({1920, 1080}, 60'000), (OfferedMode{{1920, 1080}, 60}));
    EXPECT_EQ(chosen({1920, 1080}, 59'400), (OfferedMode{{1920, 1080}, 59}));
    EXPECT_EQ(chosen({1920, 1080}, 120'000), (OfferedMode{{1920, 1080}, 144}));
}

TEST(ChooseMode, TakesTheFasterOfTwoAsNear) {
    EXPECT_EQ(chosen({1920, 1080}, 59'500), (OfferedMode{{1920, 1080}, 60}));
}

TEST(ChooseMode, TakesTheFastestWhereAnyIsWelcome) {
    EXPECT_EQ(chosen({1920, 1080}, 0), (OfferedMode{{1920, 1080}, 144}));
}

TEST(ChooseMode, TakesNoOtherSize) {
    EXPECT_EQ(chosen({1366, 768}, 60'000), std::nullopt);
}

}  // namespace
}  // namespace oriel
