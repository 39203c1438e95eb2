// SPDX-License-Identifier: MIT
// Two viewers of two guests on one display: each window shows its own guest's frames.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "capture/pattern/pattern_picture.h"
#include "capture/pattern/pattern_stamp.h"
#include "faults/programs.h"
#include "wayland/compositor.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel::testing_support {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// What is to be seen where.
struct Guest {
    std::string name;
    Size size;
    Rect place;
};

/// Rows packed.
struct Screen {
    Size size;
    std::vector<std::byte> pixels;
};

class TwoViewers : public testing::Test {
  protected:
    TwoViewers() {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
        ::setenv("XDG_STATE_HOME", (folder_.path() + "/state").c_str(), 1);
    }

    ~TwoViewers() override {
        ::setenv("XDG_STATE_HOME", "/dev/null", 1);  // NOLINT(concurrency-mt-unsafe)
    }

    void start_guest(const Guest& guest) {
        programs_.push_back(start_program(
            "broker", {program("oriel"), "broker", guest.name, "--size", "32", "--json"}));
        programs_.push_back(start_program("agent",
                                          {program("oriel-guest"),
                                           "--region",
                                           guest.name,
                                           "--capture",
                                           "pattern:" + std::to_string(guest.size.width) + "x" +
                                               std::to_string(guest.size.height) + "@30,full",
                                           "--json"}));
    }

    void start_viewer(const Guest& guest,
                      const std::string& platform,
                      const Environment& environment) {
        programs_.push_back(
            start_viewer_of(guest.name, platform, environment, {"--input", "none"}));
    }

    /// The number of the frame that is in its place; nothing where none is, or a torn one.
    static std::optional<std::uint64_t> frame_of(const Guest& guest, const Screen& screen) {
        const Rect& place = guest.place;
        if (!Rect::of(screen.size).contains(place)) {
            return std::nullopt;
        }
        std::vector<std::byte> part(place.area() * 4);
        for (std::uint32_t y = 0; y < place.height; ++y) {
            std::memcpy(
                &part[std::size_t{y} * place.width * 4],
                &screen.pixels[(std::size_t{place.y + y} * screen.size.width + place.x) * 4],
                std::size_t{place.width} * 4);
        }
        const FrameGeometry geometry{.size = guest.size, .stride = guest.size.width * 4};
        const auto stamp = read_stamp(part, geometry);
        const PatternOptions pattern{.size = guest.size};
        if (!stamp || !verify_pattern(part, geometry, pattern, stamp->frame)) {
            return std::nullopt;
        }
        return stamp->frame;
    }

    /// Both at once, and both going on.
    template <class Look>
    static bool shows(const Guest& one, const Guest& two, const Look& look) {
        std::uint64_t first = 0;
        std::uint64_t second = 0;
        int pictures = 0;
        const Nanoseconds give_up = monotonic_now() + seconds(20);
        while (pictures < 5 && monotonic_now() < give_up) {
            const Screen screen = look();
            const auto left = frame_of(one, screen);
            const auto right = frame_of(two, screen);
            if (left && right && *left > first && *right > second) {
                first = *left;
                second = *right;
                ++pictures;
            }
            std::this_thread::sleep_for(milliseconds(20));
        }
        return pictures == 5;
    }

    RuntimeFolder folder_;
    std::vector<ChildProgram> programs_;
};

TEST_F(TwoViewers, ShowTheirOwnGuestsOnX11WhereTheirWindowsWere) {
    const auto server = test::XServer::start({800, 480}).value();
    const auto eye = test::XPainter::open(server.display()).value();
    const Guest one{"one", {320, 240}, {20, 30, 320, 240}};
    const Guest two{"two", {400, 300}, {370, 50, 400, 300}};
    std::filesystem::create_directories(folder_.path() + "/state/oriel/windows");
    for (const Guest& guest : {one, two}) {
        std::ofstream(folder_.path() + "/state/oriel/windows/" + guest.name + ".json")
            << "{\"x\": " << guest.place.x << ", \"y\": " << guest.place.y << "}\n";
        start_guest(guest);
        start_viewer(guest, "x11", {{"DISPLAY", server.display()}});
    }

    EXPECT_TRUE(shows(one, two, [&] {
        const auto pixels = eye.look_at_root();
        Screen screen{{800, 480}, std::vector<std::byte>(pixels.size() * 4)};
        std::memcpy(screen.pixels.data(), pixels.data(), screen.pixels.size());
        return screen;
    }));
}

TEST_F(TwoViewers, ShowTheirOwnGuestsOnSwaySideBySide) {
    const auto sway = test::Compositor::start_sway({{800, 480}}).value();
    const Guest one{"one", {400, 300}, {0, 90, 400, 300}};
    const Guest two{"two", {400, 200}, {400, 140, 400, 200}};
    for (const Guest& guest : {one, two}) {
        start_guest(guest);
        start_viewer(guest, "wayland", {{"WAYLAND_DISPLAY", sway.display()}});
        // Tiles come in the order of their windows.
        std::this_thread::sleep_for(milliseconds(700));
    }

    EXPECT_TRUE(shows(one, two, [&] {
        const auto picture = sway.picture();
        return picture ? Screen{picture->size, picture->pixels} : Screen{};
    }));
}

}  // namespace
}  // namespace oriel::testing_support
