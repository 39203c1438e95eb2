// SPDX-License-Identifier: MIT
#include "capture/wgc/wgc_source.h"

#include <chrono>
#include <functional>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/loop_sleep.h"
#include "capture/dxgi/device11.h"
#include "capture/dxgi/duplication_source.h"
#include "capture/dxgi/staging_writer.h"
#include "capture/testing/slot_ring.h"
#include "capture/testing/windows/painted_window.h"
#include "capture/wgc/capture_factory.h"
#include "capture/wgc/testing/scripted_capture.h"

namespace oriel::test {
namespace {

using namespace wgc_capture;

class WgcSourceTest : public testing::Test {
  protected:
    static constexpr Size kScreen{320, 200};

    void TearDown() override {
        ring_.reset();
        source_.reset();
        const CaptureRecord record = capture_.record();
        EXPECT_EQ(record.alive, 0);
        EXPECT_EQ(record.closed_frames, record.frames);
        EXPECT_EQ(record.closed_sessions, record.sessions);
        EXPECT_EQ(record.closed_pools, record.sessions);
        EXPECT_LE(record.most_lent, 2);
    }

    Result<void> try_open() {
        ORIEL_TRY_ASSIGN(const WindowsScreen screen, find_screen(""));
        ORIEL_TRY_ASSIGN(
            source_,
            dxgi_capture::make_duplication_source("wgc",
                                                  make_capture_factory(capture_.runtime(), screen),
                                                  capture_.device(),
                                                  dxgi_capture::make_staging_writer));
        return {};
    }

    void open() {
        const auto opened = try_open();
        ASSERT_TRUE(opened) << opened.error().message;
        ASSERT_TRUE(source_->set_activity(Source::Activity::Running));
        ASSERT_TRUE(run([this] { return source_->has_change(); }));
        make_ring();
    }

    void make_ring() { ring_ = std::make_unique<SlotRing>(SlotRing::make(*source_).value()); }

    bool run(const std::function<bool()>& until) {
        const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(5);
        LoopSleep sleep;
        sleep.await(source_->wake_handle());
        while (monotonic_now() < give_up) {
            if (until()) {
                return true;
            }
            if (!sleep.sleep(std::chrono::milliseconds(2)) || !source_->dispatch()) {
                return false;
            }
        }
        return false;
    }

    Captured capture() {
        EXPECT_TRUE(run([this] { return capture_.is_quiet(); }));
        const auto captured = ring_->capture();
        EXPECT_TRUE(captured) << captured.error().message;
        return captured.value_or(Captured());
    }

    bool shows_the_screen() {
        return capture_.picture().is_in(ring_->latest(), ring_->geometry().stride);
    }

    ScriptedCapture capture_{dxgi_capture::open_device11(nullptr).value(),
                             ModelPicture(kScreen, PixelFormat::Bgra8)};
    std::unique_ptr<Source> source_;
    std::unique_ptr<SlotRing> ring_;
};

TEST_F(WgcSourceTest, BringsFramesAsWholePictures) {
    open();
    EXPECT_TRUE(capture().damage.covers(Rect::of(kScreen)));
    EXPECT_TRUE(shows_the_screen());

    const Nanoseconds before = monotonic_now();
    capture_.paint({10, 20, 30, 40}, 2);
    const Captured captured = capture();

    EXPECT_TRUE(shows_the_screen());
    EXPECT_EQ(captured.damage.area(), kScreen.area());
    // The system's own time, not earlier than the paint by more than its clock's grain.
    EXPECT_GT(captured.capture_start, before - std::chrono::milliseconds(1));
    EXPECT_EQ(source_->description(), R"(wgc \\.\DISPLAY1 by direct3d 11)");
}

TEST_F(WgcSourceTest, AsksForTheScreenAloneInEightBits) {
    open();

    const CaptureRecord record = capture_.record();
    EXPECT_TRUE(record.is_cursor_left_out);
    EXPECT_TRUE(record.is_border_left_out);
    EXPECT_EQ(record.format, DXGI_FORMAT_B8G8R8A8_UNORM);
    EXPECT_EQ(record.monitor, ::MonitorFromPoint({0, 0}, MONITOR_DEFAULTTOPRIMARY));
}

TEST_F(WgcSourceTest, LendsTheNewestOfFramesThatWait) {
    auto opened = make_capture_factory(capture_.runtime(), find_screen("").value())
                      ->open(*capture_.device().Get());
    ASSERT_TRUE(opened) << opened.error().error.message;
    IDXGIOutputDuplication& duplication = *opened->duplication.Get();
    DXGI_OUTDUPL_FRAME_INFO info{};
    ComPtr<IDXGIResource> resource;
    capture_.paint({0, 0, 100, 100}, 2);
    capture_.paint({0, 0, 100, 100}, 3);

    ASSERT_EQ(duplication.AcquireNextFrame(0, &info, &resource), S_OK);

    EXPECT_NE(info.LastPresentTime.QuadPart, 0);
    EXPECT_EQ(info.TotalMetadataBufferSize, 0);
    EXPECT_EQ(capture_.record().frames, 3);
    EXPECT_EQ(capture_.record().lent, 1);
    EXPECT_EQ(duplication.AcquireNextFrame(0, &info, &resource), DXGI_ERROR_INVALID_CALL);
    EXPECT_EQ(duplication.ReleaseFrame(), S_OK);
    EXPECT_EQ(capture_.record().lent, 0);
    EXPECT_EQ(duplication.ReleaseFrame(), DXGI_ERROR_INVALID_CALL);
    EXPECT_EQ(duplication.AcquireNextFrame(1, &info, &resource), DXGI_ERROR_WAIT_TIMEOUT);
}

TEST_F(WgcSourceTest, BeginsAnewWhenTheContentHasAnotherSize) {
    open();
    capture();
    constexpr Size kOther{256, 160};

    capture_.become(ModelPicture(kOther, PixelFormat::Bgra8));
    ASSERT_TRUE(run([&] { return source_->geometry().size == kOther && source_->has_change(); }));
    make_ring();
    capture();

    EXPECT_TRUE(shows_the_screen());
}

TEST_F(WgcSourceTest, BeginsAnewWhenItsPoolIsClosed) {
    open();
    capture();
    const std::uint32_t sessions = capture_.record().sessions;

    capture_.close_pools();
    ASSERT_TRUE(run([&] { return capture_.record().sessions > sessions; }));
    capture_.paint({0, 0, 50, 50}, 2);
    capture();

    EXPECT_TRUE(shows_the_screen());
}

/// Also one whose frames stay as they were: it may lie elsewhere, and the pointer with it.
TEST_F(WgcSourceTest, BeginsAnewWhenTheScreenIsAnother) {
    open();
    capture();
    const std::uint32_t sessions = capture_.record().sessions;
    const auto setter = source_->open_mode_setter().value();
    const Size before = find_screen("").value().size;

    ASSERT_TRUE(setter->set_mode({320, 240}, 0));

    EXPECT_TRUE(run([&] { return capture_.record().sessions > sessions; }));
    EXPECT_TRUE(setter->set_mode(before, 0));
}

TEST_F(WgcSourceTest, CapturesNothingWhileNobodyLooks) {
    open();
    capture();

    ASSERT_TRUE(source_->set_activity(Source::Activity::Suspended));

    const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(5);
    while (capture_.record().alive != 0 && monotonic_now() < give_up) {
        ::Sleep(1);
    }
    EXPECT_EQ(capture_.record().alive, 0);
}

TEST_F(WgcSourceTest, AsksWhereThePointerIs) {
    PaintedWindow window({640, 480});
    open();
    capture();

    ASSERT_TRUE(::SetCursorPos(123, 45));
    window.set_cursor(::LoadCursorW(nullptr, reinterpret_cast<const wchar_t*>(IDC_CROSS)));

    EXPECT_TRUE(run([this] {
        const auto position = source_->cursor_position();
        return position && position->x == 123 && position->y == 45;
    }));
    EXPECT_TRUE(run([this] { return source_->take_cursor_image().has_value(); }));
    EXPECT_FALSE(source_->has_change());
}

TEST_F(WgcSourceTest, SaysThatTheSystemsAccountHasNone) {
    capture_.refuse(HRESULT_FROM_WIN32(ERROR_SERVICE_DOES_NOT_EXIST));

    const auto opened = try_open();

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().message,
              "Windows.Graphics.Capture is not for the system's own account (0x80070424): start "
              "oriel-guest as the person who is logged on, or use --capture dxgi");
}

TEST_F(WgcSourceTest, SaysWhereTheSessionHasNone) {
    EXPECT_TRUE(check_is_there(*capture_.runtime()));

    capture_.say_not_supported();

    EXPECT_FALSE(check_is_there(*capture_.runtime()));
}

/// As on a Windows before 10 1903. Wine's runtime knows no such class.
TEST(WgcSource, SaysWhereWindowsHasNone) {
    const auto opened = open_wgc_source("");

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::Unsupported);
    EXPECT_EQ(opened.error().message,
              "this Windows has no Windows.Graphics.Capture (0x80040154): it needs Windows 10 1903 "
              "or newer; use --capture gdi");
}

TEST(WgcSource, SaysWhichScreensThereAre) {
    const auto opened = open_wgc_source("7");

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().message, "there is no screen '7': use DISPLAY1");
}

}  // namespace
}  // namespace oriel::test
