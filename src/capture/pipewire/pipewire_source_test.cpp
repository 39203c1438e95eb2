// SPDX-License-Identifier: MIT
// The source through a real portal, bus and PipeWire; the compositor and the person behind them are
// played.
#include "capture/pipewire/pipewire_source.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "capture/kms/fake_kms_device.h"
#include "capture/testing/slot_ring.h"
#include "pipewire/portal_desktop.h"
#include "pipewire/screen_producer.h"
#include "x11/x11_painter.h"

namespace oriel::test {
namespace {

using kms_capture::becomes_readable;

constexpr Size kScreen{320, 200};

class PipewireSourceTest : public testing::Test {
  protected:
    void SetUp() override {
        auto desktop = PortalDesktop::start();
        ASSERT_TRUE(desktop) << desktop.error().message;
        desktop_ = std::move(*desktop);
        desktop_->enter();
        auto screen = ScreenProducer::start(desktop_->pipewire(), kScreen);
        ASSERT_TRUE(screen) << screen.error().message;
        screen_ = std::move(*screen);
        desktop_->backend().node = screen_->node();
    }

    Result<void> open() {
        source_.reset();
        ORIEL_TRY_ASSIGN(source_, open_pipewire_source());
        return {};
    }

    /// False: it did not come.
    bool run_until(const std::function<bool()>& condition,
                   Nanoseconds limit = std::chrono::seconds(8)) {
        const Nanoseconds give_up = monotonic_now() + limit;
        while (monotonic_now() < give_up) {
            if (condition()) {
                return true;
            }
            becomes_readable(source_->wake_handle(), std::chrono::milliseconds(20));
            if (auto done = source_->dispatch(); !done) {
                failure_ = done.error();
                return condition();
            }
        }
        return false;
    }

    void open_and_resume() {
        ASSERT_TRUE(open());
        ASSERT_TRUE(source_->set_activity(Source::Activity::Running));
        ASSERT_TRUE(run_until([&] { return source_->has_change(); }));
    }

    bool shows_the_screen(SlotRing& ring) const { return shows(ring, screen_->truth()); }

    static bool shows(SlotRing& ring, const std::vector<std::uint32_t>& wanted) {
        std::vector<std::uint32_t> shown(wanted.size());
        if (ring.latest().size() != shown.size() * 4) {
            return false;
        }
        std::memcpy(shown.data(), ring.latest().data(), shown.size() * 4);
        for (std::size_t i = 0; i < shown.size(); ++i) {
            if ((shown[i] & 0xFFFFFF) != (wanted[i] & 0xFFFFFF)) {
                return false;
            }
        }
        return true;
    }

    std::string token_path() const { return desktop_->folder() + "/state/oriel/screen-cast-token"; }

    std::unique_ptr<PortalDesktop> desktop_;
    std::unique_ptr<ScreenProducer> screen_;
    std::unique_ptr<Source> source_;
    std::optional<Error> failure_;
};

TEST_F(PipewireSourceTest, ShowsTheScreenThatThePersonGrants) {
    screen_->put(Rect::of(kScreen), colourful(kScreen, 1));

    open_and_resume();

    EXPECT_EQ(source_->geometry().size, kScreen);
    auto ring = SlotRing::make(*source_).value();
    ASSERT_TRUE(ring.capture());
    EXPECT_TRUE(shows_the_screen(ring));
    EXPECT_FALSE(ring.wrote_beside());
}

TEST_F(PipewireSourceTest, CopiesNoMoreThanWhatChanged) {
    open_and_resume();
    auto ring = SlotRing::make(*source_).value();
    for (std::uint32_t i = 0; i < SlotRing::kSlots; ++i) {
        ASSERT_TRUE(ring.capture());
        source_->return_damage(Damage(Rect{0, 0, 1, 1}));
    }
    ASSERT_TRUE(ring.capture());
    for (std::uint32_t i = 0; i < 8; ++i) {
        const Rect rect{i * 20, i * 10, 16, 8};
        screen_->put(rect, colourful({16, 8}, i + 2));
        ASSERT_TRUE(run_until([&] { return source_->has_change(); }));

        const auto captured = ring.capture();

        ASSERT_TRUE(captured);
        EXPECT_TRUE(captured->damage.covers(rect));
        EXPECT_EQ(captured->damage.area(), rect.area());
        EXPECT_LE(captured->bytes_moved, 4U * 3U * rect.area() + 16U);
        EXPECT_TRUE(shows_the_screen(ring)) << i;
        EXPECT_TRUE(ring.differ_only_in(captured->damage));
        EXPECT_FALSE(source_->has_change());
    }
}

TEST_F(PipewireSourceTest, LosesNothingWhereItTakesOnlyTheNewest) {
    open_and_resume();
    auto ring = SlotRing::make(*source_).value();
    ASSERT_TRUE(ring.capture());

    for (std::uint32_t i = 0; i < 12; ++i) {
        screen_->put({i * 20, i * 10, 16, 8}, colourful({16, 8}, i + 2));
        becomes_readable(source_->wake_handle(), std::chrono::milliseconds(100));
        ASSERT_TRUE(source_->dispatch());
    }

    ASSERT_TRUE(run_until([&] { return source_->has_change(); }));
    ASSERT_TRUE(ring.capture());
    EXPECT_TRUE(shows_the_screen(ring));
}

TEST_F(PipewireSourceTest, AsksForAFirstPictureThatGotLost) {
    screen_->put(Rect::of(kScreen), colourful(kScreen, 1));
    screen_->miss_first_picture();

    open_and_resume();

    auto ring = SlotRing::make(*source_).value();
    ASSERT_TRUE(ring.capture());
    EXPECT_TRUE(shows_the_screen(ring));
}

TEST_F(PipewireSourceTest, SleepsWhileNothingChanges) {
    open_and_resume();
    auto ring = SlotRing::make(*source_).value();
    ASSERT_TRUE(ring.capture());
    run_until([] { return false; }, std::chrono::milliseconds(300));

    EXPECT_FALSE(becomes_readable(source_->wake_handle(), std::chrono::seconds(1)));
    EXPECT_FALSE(source_->has_change());
}

TEST_F(PipewireSourceTest, PausesTheStreamWhileNobodyLooks) {
    ASSERT_TRUE(open());
    ASSERT_TRUE(run_until([&] { return screen_->sent() != 0 && !screen_->is_watched(); }))
        << "the first picture tells what shape there will be";
    EXPECT_EQ(source_->geometry().size, kScreen);
    EXPECT_FALSE(source_->has_change());
    const std::uint32_t sent = screen_->sent();
    screen_->put(Rect::of(kScreen), colourful(kScreen, 3));
    EXPECT_EQ(screen_->sent(), sent);
    run_until([] { return false; }, std::chrono::milliseconds(200));
    EXPECT_FALSE(becomes_readable(source_->wake_handle(), std::chrono::milliseconds(500)));

    ASSERT_TRUE(source_->set_activity(Source::Activity::Running));

    ASSERT_TRUE(run_until([&] { return screen_->is_watched() && source_->has_change(); }));
    auto ring = SlotRing::make(*source_).value();
    ASSERT_TRUE(run_until(
        [&] { return source_->has_change() && ring.capture() && shows_the_screen(ring); }));
    ASSERT_TRUE(source_->set_activity(Source::Activity::Suspended));
    EXPECT_TRUE(run_until([&] { return !screen_->is_watched(); }));
}

TEST_F(PipewireSourceTest, FollowsTheMode) {
    open_and_resume();

    screen_->resize({400, 300});

    ASSERT_TRUE(run_until([&] { return source_->geometry().size == (Size{400, 300}); }));
    screen_->put({0, 0, 400, 300}, colourful({400, 300}, 5));
    auto ring = SlotRing::make(*source_).value();
    EXPECT_TRUE(run_until(
        [&] { return source_->has_change() && ring.capture() && shows_the_screen(ring); }));
    EXPECT_FALSE(ring.wrote_beside());
}

TEST_F(PipewireSourceTest, ShowsThePartThatIsCropped) {
    open_and_resume();
    screen_->put(Rect::of(kScreen), colourful(kScreen, 7));
    const Rect crop{32, 20, 100, 80};

    screen_->set_crop(crop);

    ASSERT_TRUE(run_until([&] { return source_->geometry().size == (Size{100, 80}); }));
    auto ring = SlotRing::make(*source_).value();
    ASSERT_TRUE(ring.capture());
    std::vector<std::uint32_t> wanted;
    for (std::uint32_t y = 0; y < crop.height; ++y) {
        const auto row = screen_->truth().begin() +
                         static_cast<std::ptrdiff_t>((crop.y + y) * kScreen.width + crop.x);
        wanted.insert(wanted.end(), row, row + crop.width);
    }
    EXPECT_TRUE(shows(ring, wanted));
}

TEST_F(PipewireSourceTest, LeavesBrokenPicturesOut) {
    open_and_resume();
    auto ring = SlotRing::make(*source_).value();
    ASSERT_TRUE(ring.capture());

    screen_->send_broken();
    run_until([] { return false; }, std::chrono::milliseconds(200));

    EXPECT_FALSE(source_->has_change());
}

TEST_F(PipewireSourceTest, TellsThePointerApart) {
    open_and_resume();
    EXPECT_EQ(desktop_->backend().cursor_mode, 4U);
    auto ring = SlotRing::make(*source_).value();
    ASSERT_TRUE(ring.capture());
    std::vector<std::uint32_t> shape(64, 0xFF112233);

    screen_->point({40, 50, shape});

    ASSERT_TRUE(run_until([&] {
        return source_->cursor_position() ==
               CursorPosition{40, 50, CursorPosition::Visibility::Shown};
    }));
    EXPECT_FALSE(source_->has_change()) << "no frame for it";
    const auto image = source_->take_cursor_image();
    ASSERT_TRUE(image);
    EXPECT_EQ(image->size, (Size{8, 8}));
    EXPECT_EQ(image->hot_x, 3U);
    EXPECT_EQ(image->hot_y, 2U);
    // RGBA came, BGRA it is.
    EXPECT_EQ(image->pixels[0], std::byte{0x11});
    EXPECT_EQ(image->pixels[2], std::byte{0x33});
    screen_->point({41, 52, {}});
    ASSERT_TRUE(run_until([&] { return source_->cursor_position()->x == 41; }));
    EXPECT_FALSE(source_->take_cursor_image());
}

TEST_F(PipewireSourceTest, AsksThePersonOnce) {
    open_and_resume();
    EXPECT_EQ(desktop_->backend().questions, 1);
    struct stat status{};
    ASSERT_EQ(::stat(token_path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);

    open_and_resume();
    open_and_resume();

    EXPECT_EQ(desktop_->backend().questions, 1);
}

TEST_F(PipewireSourceTest, AsksAgainWhereItsTokenIsNoGood) {
    std::filesystem::create_directories(desktop_->folder() + "/state/oriel");
    std::ofstream(token_path()) << "made-up";

    open_and_resume();

    EXPECT_EQ(desktop_->backend().questions, 1);
}

TEST_F(PipewireSourceTest, StaysDarkAfterARefusal) {
    desktop_->backend().answer = PortalBackend::Answer::Refuse;
    ASSERT_TRUE(open());
    ASSERT_TRUE(source_->set_activity(Source::Activity::Running));
    testing::internal::CaptureStderr();

    ASSERT_TRUE(run_until([&] { return desktop_->backend().questions == 1; }));
    run_until([] { return false; }, std::chrono::milliseconds(300));

    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_NE(said.find("the person refused"), std::string::npos) << said;
    EXPECT_FALSE(failure_);
    EXPECT_FALSE(source_->has_screen());
    EXPECT_FALSE(source_->has_change());
    EXPECT_FALSE(becomes_readable(source_->wake_handle(), std::chrono::milliseconds(500)));
    EXPECT_EQ(desktop_->backend().questions, 1);
}

TEST_F(PipewireSourceTest, DoesNotWaitForThePerson) {
    desktop_->backend().hesitates = true;
    ASSERT_TRUE(open());

    run_until([] { return false; }, std::chrono::milliseconds(300));

    EXPECT_FALSE(source_->has_screen());
    EXPECT_FALSE(failure_);
    EXPECT_FALSE(becomes_readable(source_->wake_handle(), std::chrono::seconds(1)));
}

TEST_F(PipewireSourceTest, StaysDarkOnceThePersonStopsIt) {
    open_and_resume();
    testing::internal::CaptureStderr();

    desktop_->backend().close_session();

    EXPECT_TRUE(run_until([&] { return !source_->has_screen(); }));
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_NE(said.find("ended the sharing"), std::string::npos) << said;
    EXPECT_FALSE(failure_);
}

TEST_F(PipewireSourceTest, StaysDarkOnceItsProducerIsGone) {
    open_and_resume();

    screen_.reset();

    EXPECT_TRUE(run_until([&] { return !source_->has_screen(); }));
    EXPECT_FALSE(source_->has_change());
    EXPECT_FALSE(failure_);
}

TEST_F(PipewireSourceTest, EndsWithPipewire) {
    open_and_resume();

    desktop_->end_pipewire();

    run_until([&] { return failure_.has_value(); });
    ASSERT_TRUE(failure_);
    EXPECT_NE(failure_->message.find("PipeWire"), std::string::npos) << failure_->message;
}

TEST(PipewireSource, SaysThatNoPortalAnswers) {
    // NOLINTBEGIN(concurrency-mt-unsafe): one thread
    ::setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus", 1);
    ::setenv("XDG_RUNTIME_DIR", "/nowhere", 1);
    // NOLINTEND(concurrency-mt-unsafe)

    const auto source = open_pipewire_source();

    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().kind, ErrorKind::NotFound);
    EXPECT_NE(source.error().message.find("session"), std::string::npos) << source.error().message;
}

}  // namespace
}  // namespace oriel::test
