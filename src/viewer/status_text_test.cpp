// SPDX-License-Identifier: MIT
#include "viewer/status_text.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(StatusText, SaysNothingOverALivePicture) {
    SessionStatus status;
    status.state = SessionStatus::State::Live;

    EXPECT_EQ(status_text(status, "win11"), "");
}

TEST(StatusText, NamesTheCommandThatIsMissing) {
    EXPECT_NE(status_text({}, "win11").find("oriel-guest --region win11"), std::string::npos);
}

TEST(StatusText, NamesBothVersionsAndWhatToUpdate) {
    SessionStatus status;
    status.state = SessionStatus::State::Refused;
    status.fault = RegionFault::OtherMajor;
    status.versions = {.major = 7, .minor = 3, .unknown_features = 0};

    const std::string text = status_text(status, "win11");

    EXPECT_NE(text.find("7.3"), std::string::npos);
    EXPECT_NE(text.find("1.0"), std::string::npos);
    EXPECT_NE(text.find("update this viewer"), std::string::npos);
}

TEST(StatusText, SaysTheSizeThatWouldDo) {
    SessionStatus status;
    status.state = SessionStatus::State::Waiting;
    status.reason = abi::kReasonRegionTooSmall;
    status.bytes_needed = 256ULL << 20U;

    EXPECT_NE(status_text(status, "win11").find("--size 256"), std::string::npos);
}

TEST(WindowTitle, IsTheGuestsNameOrElseTheRegions) {
    SessionStatus status;
    EXPECT_EQ(window_title(status, "win11", ""), "win11 - Oriel");

    status.host_name = "desk";

    EXPECT_EQ(window_title(status, "win11", ""), "desk - Oriel");
    EXPECT_EQ(window_title(status, "win11", "Right Ctrl releases"),
              "desk - Oriel (Right Ctrl releases)");
}

}  // namespace
}  // namespace oriel
