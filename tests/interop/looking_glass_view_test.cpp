// SPDX-License-Identifier: MIT
// The real programs on regions of Looking Glass's protocol: what stands in the viewer's window is
// looked at by another program of its X server. The guest's end is a mock, since a Windows guest
// cannot run here.
#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <png.h>

#include "base/linux/child_program.h"
#include "faults/programs.h"
#include "interop/mock_guest.h"
#include "x11/viewer_windows.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel::testing_support {
namespace {

using looking_glass::mock::Format;
using looking_glass::mock::MockHost;
using looking_glass::mock::Picture;
using std::chrono::milliseconds;

constexpr std::array kFormats{
    Format::Bgra, Format::Rgba, Format::Rgba10, Format::Rgba16f, Format::Bgr32, Format::Rgb24};

unsigned rounds_asked() {
    constexpr unsigned kFew = 3;
    const char* text = std::getenv("ORIEL_ROUNDS");  // NOLINT(concurrency-mt-unsafe)
    return text == nullptr ? kFew : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

/// A viewer's window on a server of its own, and somebody who looks at it.
class Window {
  public:
    explicit Window(Size screen) {
        auto server = test::XServer::start(screen);
        EXPECT_TRUE(server) << server.error().message;
        server_.emplace(std::move(*server));
        auto eye = test::XPainter::open(server_->display());
        EXPECT_TRUE(eye);
        eye_.emplace(std::move(*eye));
    }

    void open_viewer(const std::string& target) {
        auto child = ChildProgram::start(
            {.label = "viewer",
             .arguments = {program("oriel"), "view", target, "--platform", "x11"},
             .environment = {{"DISPLAY", server_->display()}},
             .complaints = ChildCommand::Complaints::Ours,
             .last_signal = SIGKILL});
        ASSERT_TRUE(child) << child.error().message;
        viewer_.emplace(std::move(*child));
    }

    std::optional<xcb_window_t> window() const {
        const auto windows = test::viewer_windows(*eye_);
        return windows.empty() ? std::nullopt : std::optional(windows.front());
    }

    std::string title() const { return window() ? test::title_of(*eye_, *window()) : ""; }

    /// Where the window is as large as the picture, and every pixel is the picture's.
    bool shows(const std::vector<std::uint32_t>& picture, Size size) const {
        const auto there = window();
        if (!there) {
            return false;
        }
        const auto seen = eye_->look_at(*there, Rect::of(size));
        return seen == picture;
    }

    bool shows(const Picture& picture) const {
        return shows(picture.colours(), {picture.width(), picture.height()});
    }

    ChildProgram& viewer() { return *viewer_; }

  private:
    std::optional<test::XServer> server_;
    std::optional<test::XPainter> eye_;
    std::optional<ChildProgram> viewer_;
};

Result<ChildProgram> start(const std::string& label, std::vector<std::string> arguments) {
    return ChildProgram::start({.label = label,
                                .arguments = std::move(arguments),
                                .environment = {},
                                .output = ChildCommand::Output::Pipe,
                                .complaints = ChildCommand::Complaints::Ours,
                                .last_signal = SIGKILL});
}

/// All that it says until it ends.
std::string said_by(const ChildProgram& child) {
    const auto bytes = read_output(child, 65536, std::chrono::seconds(5));
    EXPECT_TRUE(bytes);
    return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

looking_glass::mock::Rectangle some_rectangle(std::mt19937& random, const Picture& picture) {
    const auto width = static_cast<std::uint32_t>(random() % (picture.width() / 2) + 1);
    const auto height = static_cast<std::uint32_t>(random() % (picture.height() / 2) + 1);
    return {static_cast<std::uint32_t>(random() % (picture.width() - width)),
            static_cast<std::uint32_t>(random() % (picture.height() - height)),
            width,
            height};
}

/// Frames with a few rectangles changed in each, two of them too fast to be seen one by one.
void show_damaged_frames(
    MockGuest& guest, const Window& window, Format format, Size size, unsigned rounds) {
    std::mt19937 random(static_cast<unsigned>(format));
    Picture picture(format, size.width, size.height);
    const auto is_shown = [&] {
        return window.shows(picture);
    };
    ASSERT_TRUE(guest.show(picture));
    ASSERT_TRUE(guest.run_until(is_shown))
        << "the first frame of format " << static_cast<int>(format);
    for (unsigned round = 1; round <= rounds; ++round) {
        for (unsigned frame = 0; frame < 3; ++frame) {
            for (unsigned part = 0; part < 1 + random() % 5; ++part) {
                picture.paint(some_rectangle(random, picture), static_cast<unsigned>(random()));
            }
            ASSERT_TRUE(guest.show(picture));
        }
        ASSERT_TRUE(guest.run_until(is_shown))
            << "round " << round << " of format " << static_cast<int>(format);
    }
}

TEST(LookingGlassView, ShowsEveryFormatAt1080pToTheLastPixel) {
    MockGuest guest(64);
    guest.start();
    Window window({1920, 1080});
    window.open_viewer(guest.path());

    for (const Format format : kFormats) {
        ASSERT_NO_FATAL_FAILURE(
            show_damaged_frames(guest, window, format, {1920, 1080}, rounds_asked()));
    }
}

TEST(LookingGlassView, ShowsEveryFormatAt4KToTheLastPixel) {
    MockGuest guest(256);
    guest.start();
    Window window({3840, 2160});
    window.open_viewer(guest.path());

    for (const Format format : kFormats) {
        ASSERT_NO_FATAL_FAILURE(
            show_damaged_frames(guest, window, format, {3840, 2160}, (rounds_asked() + 2) / 3));
    }
}

class SmallView : public testing::Test {
  protected:
    static constexpr Size kSize{320, 200};

    void open() { window_.open_viewer(guest_.path()); }

    bool shows_new_picture() {
        picture_.paint({1, 2, 100, 100}, ++seed_);
        return guest_.show(picture_) &&
               guest_.run_until([this] { return window_.shows(picture_); });
    }

    /// Our own, into the host application's memory.
    Result<ChildProgram> start_agent() const {
        return start("agent",
                     {program("oriel-guest"),
                      "--region",
                      "file:" + guest_.path(),
                      "--capture",
                      "pattern:320x200@60,full"});
    }

    MockGuest guest_{16};
    Window window_{kSize};
    Picture picture_{Format::Bgra, kSize.width, kSize.height};
    std::uint32_t seed_ = 0;
};

TEST_F(SmallView, HasTheGuestsNameAndUuidInItsTitle) {
    guest_.start();
    open();
    ASSERT_TRUE(shows_new_picture());

    EXPECT_EQ(window_.title().find("Mock OS 01020304-0506-0708-090a-0b0c0d0e0f10 - Oriel"), 0U)
        << window_.title();
}

TEST_F(SmallView, TurnsAPictureUpright) {
    guest_.start();
    picture_.set_rotation(2);
    open();
    ASSERT_TRUE(guest_.show(picture_));
    std::vector<std::uint32_t> turned(picture_.colours().rbegin(), picture_.colours().rend());

    EXPECT_TRUE(guest_.run_until([&] { return window_.shows(turned, kSize); }));
}

TEST_F(SmallView, SaysThatThePictureIsCutOff) {
    guest_.start();
    picture_.cut_to(120);
    open();
    ASSERT_TRUE(guest_.show(picture_));
    std::vector<std::uint32_t> upper(picture_.colours().begin(),
                                     picture_.colours().begin() + std::ptrdiff_t{320} * 120);

    ASSERT_TRUE(guest_.run_until([&] { return window_.shows(upper, {320, 120}); }));
    EXPECT_TRUE(guest_.run_until([&] {
        return window_.title().find("cut off below") != std::string::npos;
    })) << window_.title();
}

TEST_F(SmallView, FollowsAHostThatIsRestartedAHundredTimes) {
    guest_.start();
    open();
    for (int restart = 0; restart < 100; ++restart) {
        ASSERT_TRUE(shows_new_picture()) << "after restart " << restart;
        guest_.start();
        picture_.forget_blocks();
    }
    EXPECT_TRUE(shows_new_picture());
}

TEST_F(SmallView, IsNotKeptFromItsFramesByASlowViewerForLong) {
    guest_.start();
    open();
    Window other(kSize);
    other.open_viewer(guest_.path());
    ASSERT_TRUE(shows_new_picture());
    ASSERT_TRUE(guest_.run_until([&] { return other.shows(picture_); }));
    other.viewer().send(SIGSTOP);

    for (int frame = 0; frame < 10; ++frame) {
        ASSERT_TRUE(shows_new_picture()) << frame;
    }
    other.viewer().send(SIGCONT);
    ASSERT_TRUE(shows_new_picture());
    EXPECT_TRUE(guest_.run_until([&] { return other.shows(picture_); }));
}

TEST_F(SmallView, SaysThatALockIsHeldByWhoIsGoneAndGoesOnOnceItIsNot) {
    guest_.start();
    guest_.host().die_holding_lock(MockHost::kFrameQueue);
    auto viewer = start(
        "viewer", {program("oriel"), "view", guest_.path(), "--platform", "offscreen", "--json"});
    ASSERT_TRUE(viewer);
    open();
    guest_.run_for(milliseconds(1500));
    EXPECT_FALSE(viewer->has_ended());
    EXPECT_FALSE(window_.viewer().has_ended());
    EXPECT_TRUE(window_.window());  // With the message.

    guest_.start();
    guest_.host().queue(MockHost::kFrameQueue).lock = 0;

    EXPECT_TRUE(shows_new_picture());
    EXPECT_TRUE(guest_.run_until([&] {
        return std::popcount(guest_.host().queue(MockHost::kFrameQueue).subs >> 32U) == 2;
    }));
    guest_.run_for(milliseconds(50));
    viewer->send(SIGTERM);
    ASSERT_TRUE(viewer->wait(std::chrono::seconds(5)));
    const std::string text = said_by(*viewer);
    EXPECT_NE(text.find("a lock of the guest's Looking Glass"), std::string::npos) << text;
    EXPECT_NE(text.find("\"state\":\"live\""), std::string::npos) << text;
}

TEST_F(SmallView, AHostThatComesLaterIsFoundInMemoryThatWasEmpty) {
    open();
    guest_.run_for(milliseconds(100));

    guest_.start();

    EXPECT_TRUE(shows_new_picture());
}

TEST_F(SmallView, FollowsAGuestThatChangesToOurOwnAgentAndBack) {
    guest_.start();
    open();
    ASSERT_TRUE(shows_new_picture());

    // The host application is gone; its mark stays where no frame of the agent's lies.
    auto agent = start_agent();
    ASSERT_TRUE(agent);
    const auto is_pattern = [&] {
        const auto title = window_.title();
        return title.find("Mock OS") == std::string::npos && !title.empty();
    };
    const Nanoseconds deadline = monotonic_now() + std::chrono::seconds(10);
    while (!is_pattern() && monotonic_now() < deadline) {
        std::this_thread::sleep_for(milliseconds(20));
    }
    EXPECT_TRUE(is_pattern()) << window_.title();
    agent->end();

    // The agent's frames lie over the header: whether the real host frees locks is not known.
    guest_.start();
    guest_.host().queue(MockHost::kFrameQueue).lock = 0;
    guest_.host().queue(MockHost::kPointerQueue).lock = 0;
    picture_.forget_blocks();
    EXPECT_TRUE(shows_new_picture());
}

TEST_F(SmallView, AnAgentDoesNotWriteOverAHostThatIsAtWork) {
    guest_.start();
    open();
    ASSERT_TRUE(shows_new_picture());

    auto agent = start_agent();
    ASSERT_TRUE(agent);

    ASSERT_TRUE(guest_.run_until([&] { return agent->has_ended(); }));
    EXPECT_NE(agent->exit_code(), 0);
    EXPECT_TRUE(shows_new_picture());
}

nlohmann::json status_of(MockGuest& guest) {
    auto child = start("status", {program("oriel"), "status", guest.path(), "--json"});
    EXPECT_TRUE(child);
    guest.run_until([&] { return child->has_ended(); });
    return nlohmann::json::parse(said_by(*child));
}

TEST_F(SmallView, StatusTellsTheGuestAndItsPictureAndDisturbsNobody) {
    guest_.start();
    open();
    ASSERT_TRUE(shows_new_picture());

    const auto status = status_of(guest_);

    EXPECT_EQ(status["protocol"], "looking-glass");
    EXPECT_EQ(status["state"], "live");
    EXPECT_EQ(status["publisher"]["agent"], "Looking Glass B7");
    EXPECT_EQ(status["publisher"]["uuid"], "01020304-0506-0708-090a-0b0c0d0e0f10");
    EXPECT_EQ(status["outputs"][0]["width"], 320);
    EXPECT_EQ(status["viewers"], nlohmann::json::array({0}));
    EXPECT_EQ(status["broker"], "none");
}

TEST_F(SmallView, StatusNamesAVersionThatIsNotShownAndWhatToInstall) {
    guest_.start();
    guest_.host().region().version = 5;

    const auto status = status_of(guest_);

    EXPECT_EQ(status["state"], "refused");
    EXPECT_EQ(status["text"],
              "this guest runs Looking Glass B6, and Oriel shows B7: install the B7 host "
              "application in the guest, or oriel-guest");
}

/// 0xRRGGBB of each pixel of a PNG file.
std::vector<std::uint32_t> colours_in(const std::string& file) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    EXPECT_NE(png_image_begin_read_from_file(&image, file.c_str()), 0);
    image.format = PNG_FORMAT_BGRA;
    std::vector<std::uint32_t> pixels(std::size_t{image.width} * image.height);
    EXPECT_NE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr), 0);
    for (std::uint32_t& pixel : pixels) {
        pixel &= 0xFFFFFF;
    }
    return pixels;
}

TEST_F(SmallView, AScreenshotHasItsPixels) {
    guest_.start();
    const std::string file = guest_.path() + ".png";
    auto child = start("screenshot", {program("oriel"), "screenshot", guest_.path(), "-o", file});
    ASSERT_TRUE(child);

    ASSERT_TRUE(guest_.show(picture_));
    ASSERT_TRUE(guest_.run_until([&] { return child->has_ended(); }));

    EXPECT_EQ(child->exit_code(), 0);
    EXPECT_EQ(colours_in(file), picture_.colours());
    std::remove(file.c_str());
}

}  // namespace
}  // namespace oriel::testing_support
