// SPDX-License-Identifier: MIT
// The kms source while screens come, go and change, and while the guest sleeps: the agent follows,
// and what arrives in the region is what QEMU says the screen shows, to the pixel.
#include <iostream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vm/count_pixels.h"
#include "vm/kms_guest.h"
#include "vm/machine_sleep.h"
#include "vm/screen_plug.h"

namespace oriel {
namespace {

using namespace testing_support;

constexpr const char* kDevice = "screens";
const ScreenHead kFirst{kDevice, 0};
const ScreenHead kSecond{kDevice, 1};
constexpr Size kConsole{1280, 800};
constexpr Nanoseconds kRecovery = std::chrono::seconds(3);

/// A virtio-gpu with two outputs; a screen is at the first one.
class PluggedScreens : public KmsGuest {
  protected:
    void SetUp() override {
        GuestAdditions additions;
        for (const ScreenHead& head : {kFirst, kSecond}) {
            const auto more = ScreenPlug::arguments(socket_of(head), head.device, head.output);
            additions.devices.insert(additions.devices.end(), more.begin(), more.end());
        }
        start({"Virtio",
               "virtio_gpu",
               fmt::format("virtio-vga,id={},xres=1280,yres=800,max_outputs=2", kDevice),
               kConsole,
               {1024, 768},
               Screen::Cursor::Plane},
              additions);
    }

    std::string socket_of(const ScreenHead& head) const {
        return fmt::format("{}/vnc{}", folder_.path(), head.output);
    }

    ScreenPlug plug_of(const ScreenHead& head) const {
        auto plug = ScreenPlug::connect(socket_of(head));
        EXPECT_TRUE(plug) << plug.error().message;
        return std::move(*plug);
    }

    /// Waits until viewers are told that there is no screen.
    void expect_told_of_no_screen() {
        EXPECT_TRUE(comes_true([&] { return watcher_->state() == SessionStatus::State::Waiting; }));
    }

    /// A picture as it was, of a screen that is gone.
    void expect_still(const ScreenPicture& picture) {
        EXPECT_EQ(different_pixels(watcher_->picture(), picture), 0U);
    }

    /// How long it takes until viewers have a picture of that size, once the kernel has a screen.
    void expect_picture_soon(Size size) {
        const Nanoseconds begin = monotonic_now();
        EXPECT_TRUE(comes_true([&] {
            return watcher_->state() == SessionStatus::State::Live &&
                   watcher_->picture().size == size;
        }));
        const auto waited = std::chrono::duration<double>(monotonic_now() - begin);
        std::cout << fmt::format("{}x{} shown {:.2f} s after it was plugged in\n",
                                 size.width,
                                 size.height,
                                 waited.count());
    }
};

TEST_F(PluggedScreens, AreFollowedFromOneOutputToTheOther) {
    const ScreenPlug first = plug_of(kFirst);
    const ScreenPlug second = plug_of(kSecond);
    expect_equal(kConsole, kFirst);

    // Another screen in its place.
    ASSERT_TRUE(first.plug({1024, 768}));
    expect_equal({1024, 768}, kFirst);

    const ScreenPicture last = watcher_->picture();
    ASSERT_TRUE(first.pull());
    expect_told_of_no_screen();
    expect_still(last);
    ASSERT_TRUE(first.plug({800, 600}));
    expect_picture_soon({800, 600});
    expect_equal({800, 600}, kFirst);

    // Two, and the one that was shown goes.
    ASSERT_TRUE(second.plug({1024, 768}));
    run("echo on both >/dev/tty1");
    expect_equal({800, 600}, kFirst);
    ASSERT_TRUE(first.pull());
    expect_picture_soon({1024, 768});
    run("echo on the second >/dev/tty1");
    expect_equal({1024, 768}, kSecond);

    // That one is on: it stays.
    ASSERT_TRUE(first.plug(kConsole));
    run("echo on both again >/dev/tty1");
    expect_equal({1024, 768}, kSecond);
    ASSERT_TRUE(second.pull());
    expect_picture_soon(kConsole);
    expect_equal(kConsole, kFirst);
    expect_same_agent();
}

TEST_F(PluggedScreens, ThatAreNamedAreWaitedForWhereAnotherIsOn) {
    const ScreenPlug first = plug_of(kFirst);
    const ScreenPlug second = plug_of(kSecond);
    ASSERT_TRUE(second.plug({1024, 768}));
    expect_equal(kConsole, kFirst);
    run("kill $(cat /run/agent.pid)");
    watcher_.reset();
    start_agent("kms:Virtual-2");
    expect_equal({1024, 768}, kSecond);

    ASSERT_TRUE(second.pull());
    expect_told_of_no_screen();
    run("echo on the first alone >/dev/tty1");
    EXPECT_EQ(watcher_->state(), SessionStatus::State::Waiting);

    ASSERT_TRUE(second.plug({800, 600}));
    expect_picture_soon({800, 600});
    expect_equal({800, 600}, kSecond);
    expect_same_agent();
}

/// Cards whose drivers bring the picture back.
class LongSleep : public KmsGuest, public testing::WithParamInterface<Screen> {
  protected:
    void SetUp() override {
        if (const std::string why = why_no_sleep_to_ram(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
        GuestAdditions additions;
        additions.image = MachineOptions::Image::Packed;
        start(GetParam(), additions);
    }
};

INSTANTIATE_TEST_SUITE_P(
    Cards,
    LongSleep,
    testing::Values(
        Screen{
            "Bochs", "bochs", "VGA,edid=on,xres=1280,yres=800", kConsole, {}, Screen::Cursor::None},
        Screen{"Qxl", "qxl", "qxl-vga,xres=1280,yres=800", kConsole, {}, Screen::Cursor::Plane},
        Screen{"Cirrus", "cirrus", "cirrus-vga", {1024, 768}, {}, Screen::Cursor::None}),
    [](const auto& each) { return each.param.name; });

TEST_P(LongSleep, ThePictureIsRightWhenTheGuestIsAwakeAgain) {
    expect_equal(screen_.console);
    for (const Sleep how : {Sleep::ToIdle, Sleep::ToRam}) {
        const auto woken = sleep_and_wake(*machine_, how);
        ASSERT_TRUE(woken) << woken.error().message;
        run("echo awake again >/dev/tty1");
        expect_equal(screen_.console, {}, kRecovery);
    }
    expect_same_agent();
}

/// virtio-gpu's driver does not in Linux 6.1: its device is reset, and what is drawn reaches QEMU
/// no more. It reaches us.
TEST_F(PluggedScreens, LongSleepLeavesThePictureToUsAlone) {
    expect_equal(kConsole);
    const auto woken = sleep_and_wake(*machine_, Sleep::ToIdle);
    ASSERT_TRUE(woken) << woken.error().message;
    const ScreenPicture before = watcher_->picture();

    run("printf x >/dev/tty1");

    EXPECT_TRUE(
        comes_true([&] { return different_pixels(watcher_->picture(), before) > 0; }, kRecovery));
    EXPECT_LE(different_pixels(watcher_->picture(), before), 16U * 16);
    expect_same_agent();
}

}  // namespace
}  // namespace oriel
