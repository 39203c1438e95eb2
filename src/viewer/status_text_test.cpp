// SPDX-License-Identifier: MIT
#include "viewer/status_text.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace oriel {
namespace {

TEST(StatusText, SaysNothingOverALivePicture) {
    SessionStatus status;
    status.state = SessionStatus::State::Live;

    EXPECT_EQ(status_text(status, "win11", ""), "");
}

TEST(StatusText, NamesTheCommandThatIsMissing) {
    EXPECT_NE(status_text({}, "win11", "").find("oriel-guest --region win11"), std::string::npos);
}

TEST(StatusText, NamesBothVersionsAndWhatToUpdate) {
    SessionStatus status;
    status.state = SessionStatus::State::Refused;
    status.fault = RegionFault::OtherMajor;
    status.versions = {.major = 7, .minor = 3, .unknown_features = 0};

    const std::string text = status_text(status, "win11", "");

    EXPECT_NE(text.find("7.3"), std::string::npos);
    EXPECT_NE(text.find("1.0"), std::string::npos);
    EXPECT_NE(text.find("update this viewer"), std::string::npos);
}

TEST(StatusText, SaysHowToGetARegionThatWouldDo) {
    const std::string path = testing::TempDir() + "/oriel-small-" + std::to_string(::getpid());
    const auto region =
        Region::open({Target::Kind::File, path, abi::kMinRegionSize}, Role::Publish);
    ASSERT_TRUE(region) << region.error().message;
    SessionStatus status;
    EXPECT_EQ(cure_of(status, **region), "");
    status.state = SessionStatus::State::Waiting;
    status.reason = abi::kReasonRegionTooSmall;
    status.bytes_needed = 256ULL << 20U;

    const std::string cure = cure_of(status, **region);

    EXPECT_EQ(cure, "remove the file, and start again with file:" + path + ",size=256");
    EXPECT_EQ(status_text(status, path, cure),
              "the guest's screen does not fit this region:\n" + cure);
    ::unlink(path.c_str());
}

TEST(WindowTitle, IsTheGuestsNameOrElseTheRegions) {
    SessionStatus status;
    EXPECT_EQ(window_title(status, "win11", "", ""), "win11 - Oriel");

    status.host_name = "desk";

    EXPECT_EQ(window_title(status, "win11", "", ""), "desk - Oriel");
    EXPECT_EQ(window_title(status, "win11", "", "Right Ctrl releases"),
              "desk - Oriel (Right Ctrl releases)");
    EXPECT_EQ(window_title(status, "win11", "no agent", "Right Ctrl releases"),
              "desk - Oriel (no agent) (Right Ctrl releases)");
}

TEST(NoAgentMark, SaysWhyThePictureIsTheMachinesOwn) {
    SessionStatus status;
    EXPECT_EQ(no_agent_mark(status, ""), "no agent");

    status.state = SessionStatus::State::Silent;
    EXPECT_EQ(no_agent_mark(status, ""), "the guest's agent does not answer");

    status.state = SessionStatus::State::Waiting;
    status.reason = abi::kReasonRegionTooSmall;
    EXPECT_EQ(no_agent_mark(status, "say --size 64"),
              "the guest's screen does not fit this region: say --size 64");

    status.state = SessionStatus::State::Live;
    status.reason = abi::kReasonNone;
    EXPECT_EQ(no_agent_mark(status, ""), "waiting for the guest's first picture");
}

}  // namespace
}  // namespace oriel
