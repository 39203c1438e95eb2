// SPDX-License-Identifier: MIT
#include "capture/kms/drm_device.h"

#include <gtest/gtest.h>

namespace oriel::kms_capture {
namespace {

TEST(ScreenName, IsACardOrAConnectorOrBoth) {
    EXPECT_EQ(ScreenName::parse(""), (ScreenName{"", ""}));
    EXPECT_EQ(ScreenName::parse("card1"), (ScreenName{"card1", ""}));
    EXPECT_EQ(ScreenName::parse("HDMI-A-1"), (ScreenName{"", "HDMI-A-1"}));
    EXPECT_EQ(ScreenName::parse("card0-HDMI-A-1"), (ScreenName{"card0", "HDMI-A-1"}));
}

TEST(OpenDrmDevice, NamesTheCardThatIsNotThere) {
    const auto refused = open_drm_device("card77");

    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("card77"), std::string::npos);
}

}  // namespace
}  // namespace oriel::kms_capture
