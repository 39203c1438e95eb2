// SPDX-License-Identifier: MIT
// A desktop behind a portal as a viewer sees it: the programs themselves, a real portal, bus and
// PipeWire; the compositor and the person are played.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "base/linux/child_program.h"
#include "guest/linux/doctor_checks.h"
#include "guest/open_source.h"
#include "pipewire/portal_desktop.h"
#include "pipewire/screen_producer.h"
#include "wayland/compositor.h"
#include "x11/x11_painter.h"

namespace oriel::test {
namespace {

constexpr Size kScreen{640, 360};
constexpr std::size_t kMost = 64U << 20U;
constexpr Nanoseconds kPatience = std::chrono::seconds(10);

std::string program(const std::string& name) {
    const char* folder = std::getenv("ORIEL_BIN_DIR");  // NOLINT(concurrency-mt-unsafe)
    return std::string(folder == nullptr ? "." : folder) + "/" + name;
}

/// What a program says on both of its outputs until it ends.
std::string said_by(const std::string& command) {
    const auto child = ChildProgram::start({.label = command,
                                            .arguments = {"sh", "-c", command + " 2>&1"},
                                            .environment = {},
                                            .output = ChildCommand::Output::Pipe})
                           .value();
    const auto output = read_output(child, kMost, kPatience);
    return output ? std::string(reinterpret_cast<const char*>(output->data()), output->size())
                  : output.error().message;
}

class PipewireGuest : public testing::Test {
  protected:
    void SetUp() override {
        desktop_ = PortalDesktop::start().value();
        desktop_->enter();
        screen_ = ScreenProducer::start(desktop_->pipewire(), kScreen).value();
        desktop_->backend().node = screen_->node();
        screen_->put(Rect::of(kScreen), colourful(kScreen, 1));
        region_ = "file:" + desktop_->folder() + "/region";
    }

    void start_agent() {
        agent_.emplace(ChildProgram::start({.label = "agent",
                                            .arguments = {program("oriel-guest"),
                                                          "--capture",
                                                          "pipewire",
                                                          "--region",
                                                          region_ + ",size=64"},
                                            .environment = {},
                                            .complaints = ChildCommand::Complaints::Ours})
                           .value());
    }

    /// Whether a screenshot by our program is soon what is on the screen.
    bool screenshot_is_right() {
        const Nanoseconds give_up = monotonic_now() + kPatience;
        while (monotonic_now() < give_up) {
            if (next_screenshot_is_right()) {
                return true;
            }
        }
        return false;
    }

    bool next_screenshot_is_right() {
        const std::string raw = said_by(program("oriel") + " screenshot " + region_ +
                                        " --output - | convert - -depth 8 BGRA:-");
        const auto& truth = screen_->truth();
        return raw.size() == truth.size() * 4 &&
               std::equal(truth.begin(), truth.end(), pixels_of(raw).begin());
    }

    static std::vector<std::uint32_t> pixels_of(const std::string& raw) {
        std::vector<std::uint32_t> pixels(raw.size() / 4);
        std::memcpy(pixels.data(), raw.data(), pixels.size() * 4);
        for (auto& pixel : pixels) {
            pixel &= 0xFFFFFF;
        }
        return pixels;
    }

    std::unique_ptr<PortalDesktop> desktop_;
    std::unique_ptr<ScreenProducer> screen_;
    std::optional<ChildProgram> agent_;
    std::string region_;
};

TEST_F(PipewireGuest, IsSeenInScreenshots) {
    start_agent();
    EXPECT_TRUE(screenshot_is_right());

    // Drawn while nobody looks.
    screen_->put({30, 40, 200, 100}, colourful({200, 100}, 2));
    EXPECT_TRUE(next_screenshot_is_right());

    screen_->resize({800, 600});
    screen_->put({0, 0, 800, 600}, colourful({800, 600}, 3));
    EXPECT_TRUE(screenshot_is_right());
    EXPECT_FALSE(agent_->has_ended());
}

TEST_F(PipewireGuest, StartsAnewWithoutAQuestion) {
    start_agent();
    ASSERT_TRUE(screenshot_is_right());

    agent_.reset();
    start_agent();

    EXPECT_TRUE(screenshot_is_right());
    EXPECT_EQ(desktop_->backend().questions, 1);
}

TEST_F(PipewireGuest, IsTakenByAutoWhereTheCompositorLetsNobodyIn) {
    const auto weston = Compositor::start_weston(kScreen).value();
    ::setenv("WAYLAND_DISPLAY", weston.display().c_str(), 1);  // NOLINT(concurrency-mt-unsafe)

    const auto source = open_source("auto", "");

    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ((*source)->description(), "pipewire desktop portal");
}

TEST_F(PipewireGuest, IsKnownToTheDoctor) {
    const auto weston = Compositor::start_weston(kScreen).value();

    const auto checks = guest_checks(SystemFiles(), {.x11 = ":0", .wayland = weston.display()});

    const auto state_of = [&](const std::string& name) {
        const auto found = std::ranges::find(checks, name, &Check::name);
        return found == checks.end() ? std::nullopt : std::optional(found->state);
    };
    EXPECT_EQ(state_of("portal"), Check::State::Ok);
    EXPECT_EQ(state_of("x11"), std::nullopt);
    EXPECT_EQ(desktop_->backend().questions, 0);
}

TEST_F(PipewireGuest, SaysWhatToInstallWhereTheModuleIsMissing) {
    const std::string alone = desktop_->folder() + "/alone";
    std::filesystem::create_directories(alone + "/bin");
    std::filesystem::copy(program("oriel-guest"), alone + "/bin/oriel-guest");

    const std::string said =
        said_by(alone + "/bin/oriel-guest --capture pipewire --region " + region_ + ",size=64");

    EXPECT_NE(said.find("cannot load the module pipewire"), std::string::npos) << said;
    EXPECT_NE(said.find("libpipewire-0.3-0"), std::string::npos) << said;
}

}  // namespace
}  // namespace oriel::test
