// SPDX-License-Identifier: MIT
#include "capture/x11/x11_source.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>

#include "capture/testing/slot_ring.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel {
namespace {

using test::SlotRing;
using test::XPainter;
using test::XServer;

constexpr Size kScreen{640, 400};
constexpr Nanoseconds kLimit = std::chrono::seconds(10);

/// Waits for something to read, as the guest's loop does.
bool wait_readable(const Source& source, int milliseconds) {
    pollfd polled{source.wake_handle(), POLLIN, 0};
    return ::poll(&polled, 1, milliseconds) == 1;
}

/// Dispatches until `reached` says so. False: it took too long.
template <class Reached>
bool dispatch_until(Source& source, Reached reached) {
    const Nanoseconds give_up = monotonic_now() + kLimit;
    while (!reached()) {
        if (monotonic_now() > give_up) {
            return false;
        }
        wait_readable(source, 100);
        if (!source.dispatch()) {
            return false;
        }
    }
    return true;
}

/// 0xRRGGBB in the latest frame.
std::uint32_t pixel_of(SlotRing& ring, std::uint32_t x, std::uint32_t y) {
    std::uint32_t pixel = 0;
    std::memcpy(&pixel,
                ring.latest().data() + std::size_t{y} * ring.geometry().stride +
                    std::size_t{x} * sizeof(pixel),
                sizeof(pixel));
    return pixel & 0xFFFFFF;
}

class X11Source : public testing::Test {
  protected:
    X11Source()
        : server_(XServer::start(kScreen).value()),
          painter_(XPainter::open(server_.display()).value()),
          source_(open_x11_source(server_.display()).value()) {}

    void resume() { ASSERT_TRUE(source_->set_activity(Source::Activity::Running)); }

    XServer server_;
    XPainter painter_;
    std::unique_ptr<Source> source_;
};

/// A program that draws without a pause, in sizes from a pixel to most of the screen.
class Scribbler {
  public:
    explicit Scribbler(const std::string& display)
        : painter_(XPainter::open(display).value()), thread_([this] { scribble(); }) {}

    Scribbler(const Scribbler&) = delete;
    Scribbler& operator=(const Scribbler&) = delete;

    ~Scribbler() {
        stopped_ = true;
        thread_.join();
    }

  private:
    void scribble() {
        std::mt19937 random(1);
        const auto below = [&](std::uint32_t limit) {
            return static_cast<std::uint32_t>(random()) % limit;
        };
        for (std::uint32_t i = 0; !stopped_; ++i) {
            // For a while it keeps to one place, as a clock does, but for a few strokes.
            const bool is_steady = i / 500 % 2 == 0 && below(50) != 0;
            // Now and then a large one: mostly small damage is the harder case.
            const std::uint32_t side = 1U << below(below(32) == 0 ? 10 : 6);
            const Rect rect{
                below(kScreen.width), below(kScreen.height), 1 + below(side), 1 + below(side)};
            painter_.queue_fill(is_steady ? Rect{30 + i % 3 * 200, 70, 60, 40}
                                          : rect.intersected(Rect::of(kScreen)),
                                below(1U << 24U));
            painter_.sync();
        }
    }

    XPainter painter_;
    std::atomic<bool> stopped_ = false;
    std::thread thread_;
};

struct Server {
    const char* name;
    std::vector<std::string> arguments;
    X11SourceOptions options;
    std::uint64_t bytes_before_slots;
};

std::ostream& operator<<(std::ostream& out, const Server& server) {
    return out << server.name;
}

class X11SourceOnEachServer : public testing::TestWithParam<Server> {};

constexpr X11SourceOptions kNoPixmaps{X11SourceOptions::SharedPixmaps::Avoid};

INSTANTIATE_TEST_SUITE_P(,
                         X11SourceOnEachServer,
                         testing::Values(Server{"Pixmaps", {}, {}, 0},
                                         Server{"NoPixmaps", {}, kNoPixmaps, 0},
                                         Server{"SlotsOutOfReach", {}, {}, std::uint64_t{5} << 30U},
                                         Server{
                                             "NoSharedMemory", {"-extension", "MIT-SHM"}, {}, 0}),
                         [](const auto& each) { return each.param.name; });

// What is captured is what the screen showed at some moment between two requests of the drawing
// program; two frames may differ in nothing that was not reported.
TEST_P(X11SourceOnEachServer, ReportsNoLessThanWhatChangesWhileAProgramKeepsDrawing) {
    const auto server = XServer::start(kScreen, GetParam().arguments);
    ASSERT_TRUE(server);
    auto painter = XPainter::open(server->display());
    ASSERT_TRUE(painter);
    painter->put(Rect::of(kScreen), test::colourful(kScreen, 1));
    painter->open_window({100, 50, 300, 200});
    const auto source = open_x11_source(server->display(), GetParam().options);
    ASSERT_TRUE(source);
    auto ring = SlotRing::make(**source, GetParam().bytes_before_slots);
    ASSERT_TRUE(ring);
    ASSERT_TRUE((*source)->set_activity(Source::Activity::Running));

    {
        const Scribbler scribbler(server->display());
        for (int frame = 0; frame < 250; ++frame) {
            ASSERT_TRUE(dispatch_until(**source, [&] { return (*source)->has_change(); }));
            const auto captured = ring->capture();
            ASSERT_TRUE(captured) << captured.error().message;
            ASSERT_TRUE(frame == 0 || ring->differ_only_in(captured->damage)) << frame;
        }
    }

    EXPECT_FALSE(ring->wrote_beside());
    // Once it is over, the last frame is the screen.
    ASSERT_TRUE((*source)->dispatch());
    while ((*source)->has_change()) {
        ASSERT_TRUE(ring->capture());
        ASSERT_TRUE((*source)->dispatch());
    }
    std::vector<std::uint32_t> shown(kScreen.area());
    std::memcpy(shown.data(), ring->latest().data(), ring->latest().size());
    std::ranges::for_each(shown, [](auto& pixel) { pixel &= 0xFFFFFF; });
    EXPECT_EQ(shown, painter->look_at_root());
}

TEST_F(X11Source, KeepsASmallChangeSmall) {
    auto ring = SlotRing::make(*source_).value();
    resume();
    for (int i = 0; i < 4; ++i) {
        painter_.fill({100, 100, 16, 16}, static_cast<std::uint32_t>(i));
        ASSERT_TRUE(source_->dispatch());
        ASSERT_TRUE(ring.capture());
    }
    painter_.fill({300, 200, 20, 10}, 0x123456);
    ASSERT_TRUE(source_->dispatch());

    const auto captured = ring.capture();

    ASSERT_TRUE(captured);
    ASSERT_EQ(captured->damage.rects().size(), 1);
    EXPECT_EQ(captured->damage.rects()[0], (Rect{300, 200, 20, 10}));
    EXPECT_LE(captured->bytes_moved, 4 * (20 * 10 + 16 * 16));
    EXPECT_FALSE(ring.announced());
}

TEST_F(X11Source, MergesWhatComesInVeryManyPieces) {
    auto ring = SlotRing::make(*source_).value();
    resume();
    ASSERT_TRUE(ring.capture());
    for (std::uint32_t i = 0; i < 2000; ++i) {
        painter_.queue_fill({i * 37 % 630, i * 17 % 390, 2, 2}, i + 1);
    }
    painter_.sync();
    ASSERT_TRUE(source_->dispatch());

    const auto captured = ring.capture();

    ASSERT_TRUE(captured);
    EXPECT_TRUE(ring.differ_only_in(captured->damage));
    EXPECT_LE(captured->damage.rects().size(), std::size_t{abi::kMaxDamageRects});
}

TEST_F(X11Source, TellsWhenItLearnedOfAChange) {
    auto ring = SlotRing::make(*source_).value();
    resume();
    ASSERT_TRUE(ring.capture());
    painter_.fill({0, 0, 8, 8}, 0x445566);
    const Nanoseconds before = monotonic_now();
    ASSERT_TRUE(source_->dispatch());
    const Nanoseconds after = monotonic_now();
    painter_.fill({0, 0, 8, 8}, 0x665544);

    const auto captured = ring.capture();

    ASSERT_TRUE(captured);
    EXPECT_GE(captured->capture_start, before);
    EXPECT_LE(captured->capture_start, after);
}

TEST_F(X11Source, SleepsWhileNothingChanges) {
    auto ring = SlotRing::make(*source_).value();
    resume();
    painter_.fill({0, 0, 8, 8}, 0x445566);
    ASSERT_TRUE(dispatch_until(*source_, [&] { return source_->take_cursor_image().has_value(); }));
    while (wait_readable(*source_, 50)) {
        ASSERT_TRUE(source_->dispatch());
    }
    ASSERT_TRUE(source_->has_change());
    ASSERT_TRUE(ring.capture());

    EXPECT_FALSE(source_->has_change());
    EXPECT_FALSE(wait_readable(*source_, 300));
}

TEST_F(X11Source, HearsNothingOfDrawingWhileSuspended) {
    resume();
    ASSERT_TRUE(source_->set_activity(Source::Activity::Suspended));
    // Answers to what was asked before.
    while (wait_readable(*source_, 100)) {
        ASSERT_TRUE(source_->dispatch());
    }

    painter_.fill({0, 0, 100, 100}, 0x445566);
    painter_.move_pointer(50, 60);
    painter_.set_cursor({8, 8}, 0xFF00FF00, 1, 2);

    EXPECT_FALSE(wait_readable(*source_, 200));
    EXPECT_FALSE(source_->has_change());
}

TEST_F(X11Source, FollowsTheScreensSize) {
    auto ring = SlotRing::make(*source_).value();
    resume();
    ASSERT_TRUE(ring.capture());
    constexpr Size kSmaller{320, 240};

    ASSERT_TRUE(painter_.resize_screen(kSmaller));
    const auto too_large = ring.capture();
    ASSERT_TRUE(dispatch_until(*source_, [&] { return source_->geometry().size == kSmaller; }));

    EXPECT_FALSE(too_large);
    EXPECT_EQ(source_->refresh_mhz(), 60'000);
    ASSERT_TRUE(source_->has_change());
    auto smaller = SlotRing::make(*source_).value();
    ASSERT_TRUE(smaller.capture());
    ASSERT_TRUE(painter_.resize_screen(kScreen));
    ASSERT_TRUE(dispatch_until(*source_, [&] { return source_->geometry().size == kScreen; }));
    auto larger = SlotRing::make(*source_).value();
    const auto captured = larger.capture();
    ASSERT_TRUE(captured);
    EXPECT_TRUE(captured->damage.covers(Rect::of(kScreen)));
}

TEST_F(X11Source, LosesNothingByAFailedCapture) {
    auto ring = SlotRing::make(*source_).value();
    resume();
    ASSERT_TRUE(ring.capture());
    ASSERT_TRUE(painter_.resize_screen({320, 240}));
    ASSERT_FALSE(ring.capture());

    EXPECT_TRUE(source_->has_change());
    auto smaller = SlotRing::make(*source_).value();
    const auto captured = smaller.capture();
    ASSERT_TRUE(captured) << captured.error().message;
    EXPECT_TRUE(captured->damage.covers({0, 0, 320, 240}));
}

TEST_F(X11Source, ShowsThePointersShapeAndPlace) {
    resume();
    painter_.move_pointer(200, 150);
    painter_.set_cursor({24, 16}, 0x80402010, 3, 5);
    std::optional<CursorImage> image;
    ASSERT_TRUE(dispatch_until(*source_, [&] {
        auto taken = source_->take_cursor_image();
        image = taken ? std::move(taken) : std::move(image);
        return image && image->size == Size{24, 16};
    }));

    EXPECT_EQ(image->kind, CursorKind::Colour);
    EXPECT_EQ(image->stride, 24 * 4);
    EXPECT_EQ(image->hot_x, 3);
    EXPECT_EQ(image->hot_y, 5);
    const std::vector<std::byte> first(image->pixels.begin(), image->pixels.begin() + 4);
    EXPECT_EQ(first,
              (std::vector{std::byte{0x10}, std::byte{0x20}, std::byte{0x40}, std::byte{0x80}}));
    EXPECT_FALSE(source_->take_cursor_image());
}

TEST_F(X11Source, FindsThePointerWhereAProgramPutIt) {
    auto ring = SlotRing::make(*source_).value();
    resume();
    painter_.move_pointer(200, 150);
    // No event tells of a warp, but each captured frame asks.
    painter_.fill({0, 0, 8, 8}, 0x445566);
    ASSERT_TRUE(source_->dispatch());
    ASSERT_TRUE(ring.capture());

    EXPECT_EQ(source_->cursor_position(),
              (CursorPosition{200, 150, CursorPosition::Visibility::Shown}));
}

TEST_F(X11Source, FollowsTheMouseWhileNothingElseChanges) {
    resume();
    ASSERT_TRUE(painter_.move_mouse(20, 30));
    const CursorPosition here{210, 160, CursorPosition::Visibility::Shown};

    ASSERT_TRUE(painter_.move_mouse(here.x, here.y));

    EXPECT_TRUE(dispatch_until(*source_, [&] { return source_->cursor_position() == here; }));
}

TEST_F(X11Source, LeavesThePointerOutOfThePicture) {
    auto ring = SlotRing::make(*source_).value();
    painter_.set_cursor({32, 32}, 0xFFFF0000, 0, 0);
    painter_.move_pointer(100, 100);
    painter_.fill(Rect::of(kScreen), 0x336699);
    resume();
    ASSERT_TRUE(ring.capture());

    EXPECT_EQ(pixel_of(ring, 110, 110), 0x336699);
    // A part of the picture comes another way than all of it.
    painter_.fill({105, 105, 50, 50}, 0x996633);
    ASSERT_TRUE(source_->dispatch());
    ASSERT_TRUE(ring.capture());
    EXPECT_EQ(pixel_of(ring, 110, 110), 0x996633);
}

TEST_F(X11Source, EndsInOneLineWhenItsServerIsGone) {
    std::signal(SIGPIPE, SIG_IGN);
    auto ring = SlotRing::make(*source_).value();
    resume();
    ASSERT_TRUE(ring.capture());
    const std::string display = server_.display();

    server_.kill();
    const auto captured = ring.capture();
    const auto dispatched = source_->dispatch();

    EXPECT_FALSE(captured);
    ASSERT_FALSE(dispatched);
    EXPECT_EQ(dispatched.error().message, "the X server of " + display + " is gone");
    EXPECT_FALSE(source_->set_activity(Source::Activity::Suspended));
}

struct Refusal {
    const char* name;
    std::vector<std::string> arguments;
    int depth;
    ErrorKind kind;
    const char* says;
};

std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
    return out << refusal.name;
}

class OpenX11SourceRefuses : public testing::TestWithParam<Refusal> {};

INSTANTIATE_TEST_SUITE_P(
    ,
    OpenX11SourceRefuses,
    testing::Values(
        Refusal{"Depth16", {}, 16, ErrorKind::Unsupported, "depth 16"},
        Refusal{"NoDamage", {"-extension", "DAMAGE"}, 24, ErrorKind::Unsupported, "DAMAGE"},
        Refusal{"NoXFixes", {"-extension", "XFIXES"}, 24, ErrorKind::Unsupported, "XFIXES"}),
    [](const auto& each) { return each.param.name; });

TEST_P(OpenX11SourceRefuses, InOneLine) {
    const auto server = XServer::start(kScreen, GetParam().arguments, GetParam().depth);
    ASSERT_TRUE(server);

    const auto source = open_x11_source(server->display());

    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().kind, GetParam().kind);
    EXPECT_NE(source.error().message.find(GetParam().says), std::string::npos)
        << source.error().message;
}

TEST(OpenX11Source, SaysWhereThereIsNoServer) {
    const auto source = open_x11_source(":4095");

    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().kind, ErrorKind::NotFound);
    EXPECT_NE(source.error().message.find(":4095"), std::string::npos);
}

TEST(OpenX11Source, SaysWhatIsNoNameOfADisplay) {
    const auto source = open_x11_source("nonsense");

    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().kind, ErrorKind::Usage);
    EXPECT_NE(source.error().message.find("nonsense"), std::string::npos);
}

}  // namespace
}  // namespace oriel
