// SPDX-License-Identifier: MIT
// What is told of regions: in words, and as watched in a real one.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "host/overview.h"
#include "host/status_report.h"
#include "host/status_watch.h"
#include "host/testing/host_region.h"

namespace oriel {
namespace {

using testing_support::BrokerThread;
using testing_support::HostPublisher;
using testing_support::TestFolder;

RegionReport live_report() {
    RegionReport report;
    report.name = "desk";
    report.size = 64U << 20U;
    report.broker = RegionReport::Broker::Present;
    report.session.state = SessionStatus::State::Live;
    report.session.agent = "oriel-guest 0.1.0";
    report.session.host_name = "guest\"1";
    report.session.source = "x11 :1";
    report.outputs = {{.id = 0,
                       .name = "X11",
                       .slots = 4,
                       .newest = 77,
                       .geometry = {.size = {1280, 800}, .stride = 5120},
                       .refresh_mhz = 60'000}};
    report.viewers = {0, 3};
    report.frames_per_second = 59.94;
    return report;
}

TEST(StatusText, TellsPublisherPictureAndViewers) {
    const std::string text = status_text_of(live_report());

    EXPECT_NE(text.find("oriel-guest 0.1.0"), std::string::npos);
    EXPECT_NE(text.find("1280 x 800, BGRX 8 bit, 4 slots, newest frame 77"), std::string::npos);
    EXPECT_NE(text.find("2 (number 0, 3)"), std::string::npos);
    EXPECT_NE(text.find("59.9"), std::string::npos);
}

TEST(StatusText, SaysWhatIsMissingInOneLine) {
    RegionReport report = live_report();
    report.session = {};

    const std::string line = state_line(report);

    EXPECT_NE(line.find("oriel-guest --region desk"), std::string::npos);
    EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(StatusJson, IsOneObjectThatHoldsTheSame) {
    const std::string line = status_json_of(live_report());

    const auto object = nlohmann::json::parse(line);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(object["state"], "live");
    EXPECT_EQ(object["publisher"]["host_name"], "guest\"1");
    EXPECT_EQ(object["outputs"][0]["newest"], 77);
    EXPECT_EQ(object["viewers"], (std::vector<int>{0, 3}));
}

TEST(StatusJson, SurvivesAnyBytesInAPath) {
    RegionReport report = live_report();
    report.name = "/tmp/\xFF\xFE";

    EXPECT_FALSE(nlohmann::json::parse(status_json_of(report), nullptr, false).is_discarded());
}

TEST(OverviewText, NamesTheNextCommandForEachRegion) {
    RegionReport without_agent;
    without_agent.name = "new";

    const std::string text = overview_text({live_report(), without_agent});

    EXPECT_NE(text.find("oriel view desk"), std::string::npos);
    EXPECT_NE(text.find("oriel-guest --region new"), std::string::npos);
}

TEST(OverviewText, PointsToTheDemoWhereNothingRuns) {
    EXPECT_NE(overview_text({}).find("oriel demo"), std::string::npos);
}

TEST(StatusWatch, SeesABrokersRegionWithNobodyIn) {
    const TestFolder folder;
    const BrokerThread broker(testing_support::roomy_options(folder));
    const Target target{Target::Kind::File, folder.folder_of("test")};

    const auto reports = report_regions({target}, Nanoseconds(0));

    ASSERT_TRUE(reports) << reports.error().message;
    ASSERT_EQ(reports->size(), 1U);
    EXPECT_EQ(reports->front().broker, RegionReport::Broker::Present);
    EXPECT_EQ(reports->front().session.state, SessionStatus::State::NoPublisher);
    EXPECT_FALSE(reports->front().is_publisher_connected);
}

TEST(StatusWatch, CountsFramesAndNamesThePublisher) {
    const TestFolder folder;
    const BrokerThread broker(testing_support::roomy_options(folder));
    const Target target{Target::Kind::File, folder.folder_of("test")};
    HostPublisher publisher(target);
    publisher.publish(1);
    auto watch = StatusWatch::open(target);
    ASSERT_TRUE(watch) << watch.error().message;

    watch->begin(std::chrono::seconds(100));
    publisher.publish(2);
    publisher.publish(3);
    const RegionReport report = watch->report(std::chrono::seconds(101));

    EXPECT_EQ(report.session.state, SessionStatus::State::Live);
    EXPECT_EQ(report.session.agent, "test agent");
    EXPECT_TRUE(report.is_publisher_connected);
    ASSERT_EQ(report.outputs.size(), 1U);
    EXPECT_EQ(report.outputs[0].newest, 3U);
    EXPECT_EQ(report.outputs[0].geometry.size, HostPublisher::kSize);
    EXPECT_DOUBLE_EQ(report.frames_per_second, 2);
}

TEST(StatusWatch, DoesNotCallAKilledPublisherLive) {
    const TestFolder folder;
    BrokerThread broker(testing_support::roomy_options(folder));
    const Target target{Target::Kind::File, folder.folder_of("test")};
    {
        HostPublisher publisher(target);
        publisher.publish(1);
    }
    ASSERT_TRUE(broker.has_told(BrokerEvent::Kind::PeerGone, BrokerEvent::Peer::Publisher));

    const auto reports = report_regions({target}, Nanoseconds(0));

    ASSERT_TRUE(reports);
    EXPECT_EQ(reports->front().session.state, SessionStatus::State::Silent);
}

TEST(StatusWatch, ForgetsAPublisherThatSaidGoodBye) {
    const TestFolder folder;
    const BrokerThread broker(testing_support::roomy_options(folder));
    const Target target{Target::Kind::File, folder.folder_of("test")};
    HostPublisher publisher(target);
    publisher.publish(1);
    publisher.say_good_bye();

    const auto reports = report_regions({target}, Nanoseconds(0));

    ASSERT_TRUE(reports);
    EXPECT_EQ(reports->front().session.state, SessionStatus::State::NoPublisher);
    EXPECT_TRUE(reports->front().session.agent.empty());
    EXPECT_TRUE(reports->front().outputs.empty());
}

TEST(ReportRegions, SaysWhyWhereNoneCanBeOpened) {
    const auto reports = report_regions({{Target::Kind::File, "/nonexistent/region"}}, {});

    ASSERT_FALSE(reports);
    EXPECT_NE(reports.error().message.find("/nonexistent/region"), std::string::npos);
}

}  // namespace
}  // namespace oriel
