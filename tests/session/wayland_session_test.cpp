// SPDX-License-Identifier: MIT
// The programs themselves on a compositor: an agent with a pattern, and `oriel view`; what the
// compositor shows is one of the pattern's frames to the last pixel.
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "base/linux/child_program.h"
#include "base/linux/process_use.h"
#include "capture/pattern/pattern_picture.h"
#include "capture/pattern/pattern_stamp.h"
#include "region/broker_test_support.h"
#include "wayland/compositor.h"

namespace oriel {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Compositor;

constexpr Size kScreen = {640, 480};

std::string program(const std::string& name) {
    const char* folder = std::getenv("ORIEL_BIN_DIR");  // NOLINT(concurrency-mt-unsafe)
    EXPECT_NE(folder, nullptr) << "ORIEL_BIN_DIR has to name the folder of the programs";
    return std::string(folder == nullptr ? "." : folder) + "/" + name;
}

class WaylandSession : public testing::Test {
  protected:
    WaylandSession() : broker_(options()), sway_(Compositor::start_sway({kScreen}).value()) {}

    BrokerOptions options() const {
        BrokerOptions options = folder_.options();
        options.size = 32U << 20U;
        return options;
    }

    std::string socket() const { return "socket:" + folder_.folder_of("test") + "/viewer.sock"; }

    void start_agent(const std::string& pattern) {
        agent_ = ChildProgram::start({.label = "agent",
                                      .arguments = {program("oriel-guest"),
                                                    "--region",
                                                    socket(),
                                                    "--capture",
                                                    "pattern:" + pattern},
                                      .environment = {}})
                     .value();
    }

    void start_viewer(const std::string& platform) {
        viewer_ = ChildProgram::start({.label = "viewer",
                                       .arguments = {program("oriel"),
                                                     "view",
                                                     socket(),
                                                     "--platform",
                                                     platform,
                                                     "--input",
                                                     "none",
                                                     "--json"},
                                       .environment = sway_.environment(),
                                       .output = ChildCommand::Output::Pipe})
                      .value();
    }

    /// The number of the frame that fills the output; nothing where none does.
    std::optional<std::uint64_t> frame_on_screen() const {
        const auto picture = sway_.picture();
        if (!picture || picture->size != kScreen) {
            return std::nullopt;
        }
        const FrameGeometry geometry{.size = kScreen, .stride = kScreen.width * 4};
        const auto stamp = read_stamp(picture->pixels, geometry);
        const PatternOptions pattern{.size = kScreen};
        if (!stamp || !verify_pattern(picture->pixels, geometry, pattern, stamp->frame)) {
            return std::nullopt;
        }
        return stamp->frame;
    }

    /// The next one, of those later than `before`.
    std::optional<std::uint64_t> later_frame(std::uint64_t before) const {
        const Nanoseconds give_up = monotonic_now() + seconds(15);
        while (monotonic_now() < give_up) {
            if (const auto frame = frame_on_screen(); frame && *frame > before) {
                return frame;
            }
            std::this_thread::sleep_for(milliseconds(20));
        }
        return std::nullopt;
    }

    testing_support::TestFolder folder_;
    testing_support::BrokerThread broker_;
    Compositor sway_;
    std::optional<ChildProgram> agent_;
    std::optional<ChildProgram> viewer_;
};

TEST_F(WaylandSession, ShowsTheGuestsFramesToTheLastPixel) {
    start_agent("640x480@60,full");
    start_viewer("auto");

    const auto first = later_frame(0);
    ASSERT_TRUE(first);
    EXPECT_TRUE(later_frame(*first));
}

TEST_F(WaylandSession, ComesBackWithItsCompositor) {
    start_agent("640x480@60,full");
    start_viewer("wayland");
    const auto before = later_frame(0);
    ASSERT_TRUE(before);

    sway_.kill();
    std::this_thread::sleep_for(milliseconds(700));
    ASSERT_FALSE(viewer_->has_ended());
    ASSERT_TRUE(sway_.restart());

    const auto after = later_frame(*before);
    ASSERT_TRUE(after);
    EXPECT_TRUE(later_frame(*after));
}

TEST_F(WaylandSession, SaysWhatItDidAndEndsAtAWish) {
    start_agent("640x480@60,full");
    start_viewer("wayland");
    ASSERT_TRUE(later_frame(0));

    ASSERT_TRUE(sway_.tell({"[app_id=\"oriel\"] kill"}));

    const auto bytes = read_output(*viewer_, 1U << 20U, seconds(5));
    ASSERT_TRUE(bytes);
    const std::string said(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    EXPECT_NE(said.find("zero-copy by wl_shm"), std::string::npos) << said;
    ASSERT_TRUE(viewer_->wait(seconds(5)));
    EXPECT_EQ(viewer_->exit_code(), 0);
}

TEST_F(WaylandSession, SurvivesAHidingAndIsThereAgain) {
    start_agent("640x480@60,full");
    start_viewer("wayland");
    ASSERT_TRUE(later_frame(0));
    ASSERT_TRUE(sway_.tell({"workspace elsewhere"}));
    std::this_thread::sleep_for(milliseconds(1500));
    const auto before = use_of(viewer_->pid()).value();

    std::this_thread::sleep_for(milliseconds(500));

    const auto after = use_of(viewer_->pid()).value();
    EXPECT_LE(after.switches() - before.switches(), 8U) << "nobody sees what it does";
    ASSERT_TRUE(sway_.tell({"workspace 1"}));
    EXPECT_TRUE(later_frame(0));
}

}  // namespace
}  // namespace oriel
