// SPDX-License-Identifier: MIT
// The source against real compositors: what the suite for every source does not ask.
#include "capture/wayland/wayland_source.h"

#include <cstring>
#include <functional>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/linux/sealed_memory.h"
#include "capture/kms/fake_kms_device.h"
#include "capture/testing/slot_ring.h"
#include "wayland/compositor.h"
#include "wayland/virtual_pointer.h"
#include "wayland/wayland_painter.h"
#include "x11/x11_painter.h"

namespace oriel::test {
namespace {

using Protocol = WaylandSourceOptions::Protocol;
using kms_capture::becomes_readable;

constexpr Size kScreen{640, 360};

class WaylandSourceTest : public testing::TestWithParam<Protocol> {
  protected:
    void SetUp() override { start({kScreen}); }

    void start(const std::vector<Size>& outputs) {
        source_.reset();
        painter_.reset();
        sway_ = Compositor::start_sway(outputs).value();
        painter_ = WaylandPainter::open(sway_->display()).value();
        painter_->put(Rect::of(painter_->size()), colourful(painter_->size(), 1));
        const auto opened = open();
        if (!opened) {
            GTEST_SKIP() << opened.error().message;
        }
    }

    Result<void> open(const std::string& output = "") {
        ORIEL_TRY_ASSIGN(
            source_,
            open_wayland_source(
                {.display = sway_->display(), .output = output, .protocol = GetParam()}));
        return {};
    }

    void run_until(const std::function<bool()>& condition) {
        const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(3);
        while (!condition() && monotonic_now() < give_up) {
            becomes_readable(source_->wake_handle(), std::chrono::milliseconds(20));
            ASSERT_TRUE(source_->dispatch());
        }
        ASSERT_TRUE(condition());
    }

    void resume() {
        ASSERT_TRUE(source_->set_activity(Source::Activity::Suspended));
        ASSERT_TRUE(source_->set_activity(Source::Activity::Running));
        run_until([&] { return source_->slot_use() == SlotUse::Wanted; });
    }

    /// A frame into new slots; what is shown is what the compositor shows to others.
    void expect_the_screen(const std::string& output = "HEADLESS-1") {
        auto ring = SlotRing::make(*source_);
        ASSERT_TRUE(ring) << ring.error().message;
        resume();
        const auto captured = ring->capture();
        ASSERT_TRUE(captured) << captured.error().message;
        const auto picture = sway_->picture(output);
        ASSERT_TRUE(picture) << picture.error().message;
        EXPECT_EQ(picture->size, source_->geometry().size);
        EXPECT_TRUE(same(ring->latest(), picture->pixels));
    }

    static bool same(std::span<const std::byte> shown, const std::vector<std::byte>& wanted) {
        if (shown.size() != wanted.size()) {
            return false;
        }
        for (std::size_t i = 0; i < shown.size(); ++i) {
            if (i % 4 != 3 && shown[i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    void tell(const std::string& line) const {
        const auto told = sway_->tell({line});
        ASSERT_TRUE(told) << told.error().message;
    }

    /// False where this Sway cannot do that to its outputs without a screen (wlroots 0.15).
    bool can(const std::string& line) const {
        const std::string before = sway_->tell({"-t", "get_outputs", "-r"}).value();
        tell(line);
        return sway_->tell({"-t", "get_outputs", "-r"}).value() != before;
    }

    /// False where this Sway then draws it for nobody, `grim` included (1.10, without a screen).
    bool can_turn_on_again() {
        tell("output HEADLESS-1 dpms on");
        painter_->put({50, 60, 70, 80}, colourful({70, 80}, 5));
        return sway_->picture("HEADLESS-1").has_value();
    }

    std::optional<Compositor> sway_;
    std::unique_ptr<WaylandPainter> painter_;
    std::unique_ptr<Source> source_;
};

INSTANTIATE_TEST_SUITE_P(,
                         WaylandSourceTest,
                         testing::Values(Protocol::Screencopy, Protocol::ImageCopy),
                         [](const auto& each) {
                             return each.param == Protocol::Screencopy ? "Screencopy" : "ImageCopy";
                         });

TEST_P(WaylandSourceTest, SleepsWhileNothingChanges) {
    auto ring = SlotRing::make(*source_).value();
    resume();
    ASSERT_TRUE(ring.capture());
    ASSERT_EQ(source_->slot_use(), SlotUse::Lent);

    EXPECT_FALSE(becomes_readable(source_->wake_handle(), std::chrono::seconds(1)));
    EXPECT_EQ(source_->next_due(), std::nullopt);
}

TEST_P(WaylandSourceTest, SleepsWhileSuspendedWhateverChanges) {
    auto ring = SlotRing::make(*source_).value();
    resume();
    ASSERT_TRUE(ring.capture());
    ASSERT_TRUE(source_->set_activity(Source::Activity::Suspended));
    becomes_readable(source_->wake_handle(), std::chrono::milliseconds(100));
    ASSERT_TRUE(source_->dispatch());

    for (std::uint32_t i = 2; i < 12; ++i) {
        painter_->put({i, i, 50, 50}, colourful({50, 50}, i));
    }

    EXPECT_FALSE(becomes_readable(source_->wake_handle(), std::chrono::milliseconds(100)));
}

TEST_P(WaylandSourceTest, TellsHowLittleChanged) {
    auto ring = SlotRing::make(*source_).value();
    resume();
    ASSERT_TRUE(ring.capture());
    const std::uint64_t whole = kScreen.area() * 4;
    for (std::uint32_t i = 0; i < SlotRing::kSlots; ++i) {
        painter_->put({100, 100, 8, 16}, colourful({8, 16}, i + 2));
        run_until([&] { return source_->slot_use() == SlotUse::Filled; });
        const auto captured = ring.capture();
        ASSERT_TRUE(captured);
        EXPECT_TRUE(captured->damage.covers({100, 100, 8, 16}));
        EXPECT_LE(captured->damage.area(), 20U * 40U);
        if (GetParam() == Protocol::Screencopy) {
            EXPECT_EQ(captured->bytes_moved, whole);
        } else if (i + 1 == SlotRing::kSlots) {
            EXPECT_LT(captured->bytes_moved, whole / 20) << "every slot is in use now";
        }
    }
}

TEST_P(WaylandSourceTest, FollowsTheMode) {
    resume();
    for (const Size size : {Size{800, 600}, Size{331, 203}, Size{1280, 720}}) {
        tell(fmt::format("output HEADLESS-1 mode --custom {}x{}@60Hz", size.width, size.height));
        run_until([&] { return source_->geometry().size == size; });
        painter_->follow();
        painter_->put({10, 10, 99, 99}, colourful({99, 99}, size.width));
        expect_the_screen();
    }
}

TEST_P(WaylandSourceTest, HasThePointerInThePicture) {
    painter_.reset();  // Over its window, the pointer would be what the painter made it.
    const auto hand = VirtualPointer::open(sway_->display());
    ASSERT_TRUE(hand) << hand.error().message;
    (*hand)->move_to({.x = 100, .y = 80}, kScreen);
    auto ring = SlotRing::make(*source_).value();
    resume();
    ASSERT_TRUE(ring.capture());
    const auto with = sway_->picture("HEADLESS-1", Compositor::Pointer::With).value();
    const std::span all(with.pixels);
    ASSERT_FALSE(same(all.subspan(4), {with.pixels.begin(), with.pixels.end() - 4}))
        << "nothing but the background: this compositor shows no pointer";
    EXPECT_TRUE(same(ring.latest(), with.pixels));

    (*hand)->move_to({.x = 300, .y = 200}, kScreen);
    run_until([&] { return source_->slot_use() == SlotUse::Filled; });

    const auto captured = ring.capture();
    ASSERT_TRUE(captured);
    EXPECT_FALSE(captured->damage.is_empty());
    EXPECT_TRUE(same(ring.latest(),
                     sway_->picture("HEADLESS-1", Compositor::Pointer::With).value().pixels));
}

TEST_P(WaylandSourceTest, GivesTheSlotBackWhenTheModeChanges) {
    auto ring = SlotRing::make(*source_).value();
    resume();
    ASSERT_TRUE(ring.capture());
    ASSERT_EQ(source_->slot_use(), SlotUse::Lent);

    tell("output HEADLESS-1 mode --custom 800x600@60Hz");

    run_until([&] { return source_->slot_use() == SlotUse::Wanted; });
    EXPECT_EQ(source_->geometry().size, (Size{800, 600}));
    Damage nothing;
    EXPECT_FALSE(source_->capture({ring.latest(), 0, ring.geometry(), nothing, nullptr, nullptr}));
}

TEST_P(WaylandSourceTest, TellsTheTransform) {
    resume();
    // Sway turns the other way than wl_output, as a region does after a mirror.
    const std::vector<std::string> names{
        "270", "180", "90", "flipped", "flipped-90", "flipped-180", "flipped-270", "normal"};
    for (std::uint32_t i = 0; i < names.size(); ++i) {
        tell("output HEADLESS-1 transform " + names[i]);
        run_until([&] { return source_->geometry().transform == (i + 1) % 8; });
        EXPECT_EQ(source_->geometry().size, kScreen);
    }
}

TEST_P(WaylandSourceTest, ShowsAScaledOutputInItsOwnPixels) {
    tell("output HEADLESS-1 scale 2");
    painter_->follow();
    EXPECT_EQ(painter_->size(), (Size{kScreen.width / 2, kScreen.height / 2}));
    const std::vector<std::uint32_t> colour(painter_->size().area(), 0x214365);
    painter_->put(Rect::of(painter_->size()), colour);
    auto ring = SlotRing::make(*source_).value();
    resume();

    ASSERT_TRUE(ring.capture());

    EXPECT_EQ(ring.geometry().size, kScreen);
    std::vector<std::byte> wanted(kScreen.area() * 4);
    for (std::size_t i = 0; i < wanted.size(); i += 4) {
        wanted[i] = std::byte{0x65};
        wanted[i + 1] = std::byte{0x43};
        wanted[i + 2] = std::byte{0x21};
    }
    EXPECT_TRUE(same(ring.latest(), wanted));
}

TEST_P(WaylandSourceTest, GoesOnWhenItsOutputIsOnAgain) {
    auto ring = SlotRing::make(*source_).value();
    resume();
    ASSERT_TRUE(ring.capture());

    if (!can("output HEADLESS-1 dpms off")) {
        GTEST_SKIP() << "this Sway turns nothing off";
    }
    becomes_readable(source_->wake_handle(), std::chrono::milliseconds(100));
    ASSERT_TRUE(source_->dispatch());
    if (!can_turn_on_again()) {
        GTEST_SKIP() << "this Sway does not draw an output that is on again";
    }

    expect_the_screen();
}

TEST_P(WaylandSourceTest, SaysThatItsOutputIsOff) {
    if (!can("output HEADLESS-1 dpms off")) {
        GTEST_SKIP() << "this Sway turns nothing off";
    }
    ASSERT_TRUE(open());
    EXPECT_EQ(source_->geometry().size, kScreen);

    ASSERT_TRUE(source_->set_activity(Source::Activity::Running));
    if (GetParam() == Protocol::ImageCopy) {
        run_until([&] { return source_->slot_use() == SlotUse::Wanted; });
        GTEST_SKIP() << "a session of an output that is off just waits";
    }
    run_until([&] { return !source_->has_screen(); });

    EXPECT_FALSE(source_->has_change());
    EXPECT_TRUE(source_->next_due());
    if (!can_turn_on_again()) {
        GTEST_SKIP() << "this Sway does not draw an output that is on again";
    }
    run_until([&] { return source_->slot_use() == SlotUse::Wanted; });
    expect_the_screen();
    EXPECT_TRUE(source_->has_screen());
}

TEST_P(WaylandSourceTest, GoesToAnotherOutputWhenItsOwnIsTakenAway) {
    start({kScreen, {800, 600}});
    resume();
    EXPECT_EQ(source_->geometry().size, kScreen);

    if (!can("output HEADLESS-1 disable")) {
        GTEST_SKIP() << "this Sway turns nothing off";
    }

    run_until([&] { return source_->geometry().size == (Size{800, 600}); });
    expect_the_screen("HEADLESS-2");
}

TEST_P(WaylandSourceTest, WaitsForItsOutputToComeBack) {
    resume();
    if (!can("output HEADLESS-1 disable")) {
        GTEST_SKIP() << "this Sway turns nothing off";
    }
    run_until([&] { return !source_->has_screen(); });
    EXPECT_EQ(source_->geometry().size, kScreen);

    tell("output HEADLESS-1 enable");

    run_until([&] { return source_->has_screen(); });
    expect_the_screen();
}

TEST_P(WaylandSourceTest, TakesTheOutputThatWasNamed) {
    start({kScreen, {800, 600}});
    ASSERT_TRUE(open("HEADLESS-2"));
    EXPECT_NE(source_->description().find("HEADLESS-2"), std::string::npos);
    expect_the_screen("HEADLESS-2");

    const auto other = open("HEADLESS-3");

    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().kind, ErrorKind::NotFound);
    EXPECT_NE(other.error().message.find("HEADLESS-2"), std::string::npos)
        << "it says which there are: " << other.error().message;
}

TEST_P(WaylandSourceTest, CopiesOnceMoreWhereTheCompositorCannotMapTheRegion) {
    auto ring = SlotRing::make(*source_).value();
    const UniqueFd file = create_sealed_memory("unmappable", 1 << 20U, PageSize::Normal).value();
    const UniqueFd read_only(
        ::open(("/proc/self/fd/" + std::to_string(file.get())).c_str(), O_RDONLY | O_CLOEXEC));
    const MappedMemory memory = MappedMemory::map(file, Access::ReadWrite, "unmappable").value();
    ASSERT_TRUE(source_->bind_region(read_only, memory));
    resume();
    ASSERT_TRUE(ring.capture());
    for (std::uint32_t i = 0; i < 6; ++i) {
        painter_->put({i * 20, i * 30, 50, 40}, colourful({50, 40}, i + 2));
        run_until([&] { return source_->slot_use() == SlotUse::Filled; });
        ASSERT_TRUE(ring.capture());
        EXPECT_TRUE(same(ring.latest(), sway_->picture()->pixels)) << i;
    }
    EXPECT_FALSE(ring.wrote_beside());
}

TEST_P(WaylandSourceTest, ReachesSlotsBeyondWhatAPoolCanBe) {
    auto ring = SlotRing::make(*source_, (std::uint64_t{1} << 31U) - 65536).value();
    resume();
    for (std::uint32_t i = 0; i < SlotRing::kSlots; ++i) {
        ASSERT_TRUE(ring.capture());
        EXPECT_TRUE(same(ring.latest(), sway_->picture()->pixels)) << i;
        source_->return_damage(Damage(Rect{0, 0, 1, 1}));
    }
}

TEST_P(WaylandSourceTest, EndsWithItsCompositor) {
    resume();

    sway_->kill();

    ASSERT_TRUE(becomes_readable(source_->wake_handle(), std::chrono::seconds(2)));
    const auto done = source_->dispatch();
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("is gone"), std::string::npos) << done.error().message;
    EXPECT_FALSE(open());
    ASSERT_TRUE(sway_->restart());
    EXPECT_TRUE(open());
}

TEST_P(WaylandSourceTest, DoesNotHangWithItsCompositor) {
    auto ring = SlotRing::make(*source_).value();
    resume();
    ASSERT_TRUE(ring.capture());
    sway_->freeze();

    const Nanoseconds start = monotonic_now();
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(source_->dispatch());
        ASSERT_TRUE(source_->set_activity(Source::Activity::Suspended));
        ASSERT_TRUE(source_->set_activity(Source::Activity::Running));
    }
    EXPECT_LT(monotonic_now() - start, std::chrono::seconds(1));

    sway_->thaw();
    expect_the_screen();
}

TEST(WaylandSource, SaysThatWestonCannotBeCaptured) {
    const auto weston = Compositor::start_weston(kScreen);
    ASSERT_TRUE(weston) << weston.error().message;

    const auto source = open_wayland_source({.display = weston->display(), .output = {}});

    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().kind, ErrorKind::Unsupported);
    EXPECT_TRUE(is_wayland_session(weston->display()));
}

TEST(WaylandSource, SaysThatNoCompositorAnswers) {
    const auto source = open_wayland_source({.display = "/nowhere/wayland-7", .output = {}});

    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().kind, ErrorKind::NotFound);
    EXPECT_FALSE(is_wayland_session("/nowhere/wayland-7"));
}

}  // namespace
}  // namespace oriel::test
