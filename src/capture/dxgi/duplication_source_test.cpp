// SPDX-License-Identifier: MIT
#include "capture/dxgi/duplication_source.h"

#include <array>
#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "capture/dxgi/staging_writer.h"
#include "capture/dxgi/testing/duplication_fixture.h"
#include "capture/dxgi/testing/scripted_gpu.h"

namespace oriel::test {
namespace {

using namespace dxgi_capture;

class DxgiSourceTest : public DuplicationTest {
  protected:
    MakeSlotWriter writer() override {
        return [this](const ComPtr<ID3D11Device>& device,
                      NativeHandle wake) -> Result<std::unique_ptr<SlotWriter>> {
            return std::make_unique<StagingWriter>(
                device, wake, std::make_unique<ScriptedGpu>(gpu_));
        };
    }

    std::shared_ptr<ScriptedGpu::Script> gpu_ = std::make_shared<ScriptedGpu::Script>();
};

TEST_F(DxgiSourceTest, BringsTheWholePictureFirst) {
    open();

    const Captured captured = capture();

    EXPECT_TRUE(shows_the_screen());
    EXPECT_TRUE(captured.damage.covers(Rect::of(kScreen)));
    EXPECT_EQ(captured.bytes_moved, kScreen.area() * 4);
    EXPECT_EQ(captured.bytes_moved_by_gpu, 0);
    EXPECT_FALSE(ring().wrote_beside());
    EXPECT_EQ(source().refresh_mhz(), 59940);
    EXPECT_EQ(source().description(), "dxgi scripted by direct3d 11");
}

TEST_F(DxgiSourceTest, CopiesWhatIsDirtyAndWhatIsStaleOnce) {
    open();
    capture();
    const Rect dirty{10, 20, 30, 40};

    screen().paint(dirty, 2);
    const Captured second = capture();
    screen().paint(dirty, 3);
    const Captured third = capture();
    screen().paint(dirty, 4);
    const Captured fourth = capture();

    EXPECT_TRUE(shows_the_screen());
    EXPECT_TRUE(ring().differ_only_in(fourth.damage));
    EXPECT_EQ(fourth.damage.area(), dirty.area());
    // Two of three slots were empty, so far.
    EXPECT_EQ(second.bytes_moved, kScreen.area() * 4);
    EXPECT_EQ(third.bytes_moved, kScreen.area() * 4);
    EXPECT_EQ(fourth.bytes_moved, dirty.area() * 4);
}

TEST_F(DxgiSourceTest, CopiesOverlappingRectanglesOnce) {
    open();
    for (int i = 0; i < 4; ++i) {
        screen().paint({0, 0, 10, 10}, 2);
        capture();
    }

    screen().push({.is_drawn = true, .dirty = {{0, 0, 20, 10}, {10, 0, 30, 10}}});
    const Captured captured = capture();

    EXPECT_EQ(captured.bytes_moved, 30 * 10 * 4);
    EXPECT_TRUE(shows_the_screen());
}

TEST_F(DxgiSourceTest, CountsWhatWasMovedAtItsNewPlace) {
    open();
    capture();

    screen().move({10, 10, 50, 40}, 30, 25);
    const Captured captured = capture();

    EXPECT_TRUE(shows_the_screen());
    EXPECT_TRUE(ring().differ_only_in(captured.damage));
    EXPECT_TRUE(captured.damage.covers({30, 25, 50, 40}));
    EXPECT_EQ(captured.damage.area(), 50 * 40);
}

TEST_F(DxgiSourceTest, TakesAllWhereNothingIsTold) {
    open();
    capture();

    screen().push({.is_drawn = true, .is_told = false});
    const Captured captured = capture();

    EXPECT_TRUE(captured.damage.covers(Rect::of(kScreen)));
}

TEST_F(DxgiSourceTest, CutsRectanglesToThePicture) {
    open();
    capture();

    screen().push(
        {.is_drawn = true, .dirty = {{-5, -5, 10, 10}, {310, 190, 400, 300}, {50, 50, 40, 60}}});
    const Captured captured = capture();

    EXPECT_EQ(captured.damage.area(), 10 * 10 + 10 * 10);
    EXPECT_FALSE(ring().wrote_beside());
}

TEST_F(DxgiSourceTest, GathersWhatComesWhileNobodyCaptures) {
    open();
    capture();

    screen().paint({0, 0, 20, 20}, 2);
    screen().paint({100, 100, 20, 20}, 3);
    screen().paint({10, 10, 20, 20}, 4);
    const Captured captured = capture();

    EXPECT_TRUE(shows_the_screen());
    EXPECT_TRUE(ring().differ_only_in(captured.damage));
}

class DxgiSourceInFormat : public DxgiSourceTest,
                           public testing::WithParamInterface<PixelFormat> {};

INSTANTIATE_TEST_SUITE_P(,
                         DxgiSourceInFormat,
                         testing::Values(PixelFormat::Bgra8,
                                         PixelFormat::Rgba8,
                                         PixelFormat::Rgb10a2,
                                         PixelFormat::Rgba16f));

TEST_P(DxgiSourceInFormat, BringsPixelsAsTheyAre) {
    open(GetParam());
    EXPECT_TRUE(capture().damage.covers(Rect::of(kScreen)));
    EXPECT_TRUE(shows_the_screen());

    screen().paint({33, 44, 55, 66}, 5);
    const Captured captured = capture();

    EXPECT_TRUE(shows_the_screen());
    EXPECT_EQ(source().geometry().format, GetParam());
    EXPECT_EQ(captured.colour.transfer,
              GetParam() == PixelFormat::Rgba16f ? abi::kTransferLinear : abi::kTransferSrgb);
}

TEST_F(DxgiSourceTest, FollowsAFormatThatChangesFromFrameToFrame) {
    open();
    capture();

    screen().become(ModelPicture(kScreen, PixelFormat::Rgba16f), DXGI_MODE_ROTATION_IDENTITY);
    ASSERT_TRUE(run([&] { return source().geometry().format == PixelFormat::Rgba16f; }));
    make_ring();
    capture();

    EXPECT_TRUE(shows_the_screen());
}

/// The upright picture's pixel as whoever reads the frame finds it: see abi::kTransformNone.
std::uint32_t upright_pixel(const FrameGeometry& geometry,
                            std::span<const std::byte> slot,
                            std::uint32_t x,
                            std::uint32_t y) {
    const Size stored = geometry.size;
    std::uint32_t from_x = x;
    std::uint32_t from_y = y;
    switch (geometry.transform) {
    case 1:
        from_x = y;
        from_y = stored.height - 1 - x;
        break;
    case 2:
        from_x = stored.width - 1 - x;
        from_y = stored.height - 1 - y;
        break;
    case 3:
        from_x = stored.width - 1 - y;
        from_y = x;
        break;
    default:
        break;
    }
    std::uint32_t pixel = 0;
    std::memcpy(&pixel, &slot[std::size_t{from_y} * geometry.stride + from_x * 4], 4);
    return pixel;
}

struct Turn {
    DXGI_MODE_ROTATION rotation;
    std::uint32_t transform;
    Rect corner;  ///< In the texture: what a person sees in the upper left.
};

class DxgiSourceTurned : public DxgiSourceTest, public testing::WithParamInterface<Turn> {};

INSTANTIATE_TEST_SUITE_P(,
                         DxgiSourceTurned,
                         testing::Values(Turn{DXGI_MODE_ROTATION_UNSPECIFIED, 0, {0, 0, 8, 8}},
                                         Turn{DXGI_MODE_ROTATION_IDENTITY, 0, {0, 0, 8, 8}},
                                         Turn{DXGI_MODE_ROTATION_ROTATE90, 1, {0, 192, 8, 8}},
                                         Turn{DXGI_MODE_ROTATION_ROTATE180, 2, {312, 192, 8, 8}},
                                         Turn{DXGI_MODE_ROTATION_ROTATE270, 3, {312, 0, 8, 8}}),
                         [](const auto& each) {
                             return "Rotation" + std::to_string(each.param.rotation);
                         });

TEST_P(DxgiSourceTurned, TellsHowThePictureIsPutUpright) {
    open(PixelFormat::Bgra8, GetParam().rotation);
    capture();
    std::uint32_t background = 0;
    std::memcpy(&background, screen().picture().at(100, 100), 4);

    screen().paint(GetParam().corner, 7);
    const Captured captured = capture();

    EXPECT_TRUE(shows_the_screen());
    EXPECT_EQ(source().geometry().transform, GetParam().transform);
    EXPECT_TRUE(captured.damage.covers(GetParam().corner));
    EXPECT_EQ(captured.damage.area(), GetParam().corner.area());
    // The painted square is in the upper left of the upright picture, and nowhere else.
    ModelPicture before(kScreen, PixelFormat::Bgra8);
    const auto is_new = [&](std::uint32_t x, std::uint32_t y) {
        const std::uint32_t seen = upright_pixel(ring().geometry(), ring().latest(), x, y);
        const std::uint32_t old = upright_pixel(ring().geometry(), ring().previous(), x, y);
        return seen != old;
    };
    EXPECT_TRUE(is_new(0, 0));
    EXPECT_TRUE(is_new(7, 7));
    EXPECT_FALSE(is_new(8, 0));
    EXPECT_FALSE(is_new(0, 8));
}

TEST_F(DxgiSourceTest, BeginsAnewWhenTheDesktopWasSwitched) {
    open();
    capture();
    const std::uint32_t opens = screen().record().opens;
    screen().refuse(E_ACCESSDENIED, 3);
    screen().push({.result = DXGI_ERROR_ACCESS_LOST});

    ASSERT_TRUE(run([&] { return screen().record().opens == opens + 4; }));
    ASSERT_TRUE(run([&] { return source().has_change(); }));
    const Captured captured = capture();

    EXPECT_TRUE(captured.damage.covers(Rect::of(kScreen)));
    EXPECT_TRUE(shows_the_screen());
    EXPECT_TRUE(source().has_screen());
}

TEST_F(DxgiSourceTest, SaysThatThereIsNoScreenWhileTheDesktopIsNotOurs) {
    open();
    capture();
    screen().refuse(E_ACCESSDENIED, 1000);
    screen().push({.result = DXGI_ERROR_ACCESS_LOST});

    ASSERT_TRUE(run([&] { return !source().has_screen(); }));
    EXPECT_FALSE(source().has_change());
    screen().refuse(S_OK, 0);
    ASSERT_TRUE(run([&] { return source().has_screen(); }));

    capture();
    EXPECT_TRUE(shows_the_screen());
}

TEST_F(DxgiSourceTest, EndsWithAnErrorWhereTheGpuIsGone) {
    open();
    capture();
    screen().push({.result = DXGI_ERROR_DEVICE_REMOVED});

    Result<void> dispatched;
    run([&] {
        dispatched = source().dispatch();
        return !dispatched;
    });

    ASSERT_FALSE(dispatched);
    EXPECT_EQ(dispatched.error().message,
              "cannot follow the screen: the GPU or its driver is gone (0x887a0005)");
}

TEST_F(DxgiSourceTest, SaysAtOnceWhyAScreenCannotBeDuplicated) {
    const ModelPicture picture(kScreen, PixelFormat::Bgra8);
    ASSERT_TRUE(open_suspended(picture));
    close();
    screen().refuse(DXGI_ERROR_UNSUPPORTED, 1);

    const auto opened = open_suspended(picture);

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().message,
              "cannot duplicate the screen: the system does not offer it for this screen or mode "
              "(0x887a0004)");
}

TEST_F(DxgiSourceTest, FollowsAChangeOfModes) {
    open();
    capture();

    screen().become(ModelPicture({200, 320}, PixelFormat::Bgra8), DXGI_MODE_ROTATION_IDENTITY);
    ASSERT_TRUE(run([&] { return source().geometry().size == Size{200, 320}; }));
    ASSERT_FALSE(ring().capture());
    make_ring();
    const Captured captured = capture();

    EXPECT_TRUE(shows_the_screen());
    EXPECT_TRUE(captured.damage.covers({0, 0, 200, 320}));
}

TEST_F(DxgiSourceTest, CallsNothingWhileSuspended) {
    open();
    capture();
    ASSERT_TRUE(source().set_activity(Source::Activity::Suspended));
    ASSERT_TRUE(run([&] { return screen().record().alive == 0; }));
    const DuplicationRecord before = screen().record();

    screen().paint({0, 0, 50, 50}, 9);
    run_for(std::chrono::milliseconds(500));

    EXPECT_FALSE(source().has_change());
    EXPECT_EQ(screen().record().acquires, before.acquires);
    EXPECT_EQ(screen().record().opens, before.opens);
    EXPECT_EQ(source().slot_use(), SlotUse::NotYet);
    resume();
    capture();
    EXPECT_TRUE(shows_the_screen());
}

TEST_F(DxgiSourceTest, MissesNothingWhenItIsSuspendedForAMoment) {
    open();
    for (std::uint32_t i = 0; i < 30; ++i) {
        screen().paint({i, i, 60, 60}, 100 + i);
        ASSERT_TRUE(source().set_activity(Source::Activity::Suspended));
        ASSERT_TRUE(source().set_activity(Source::Activity::Running));
    }
    ASSERT_TRUE(run([&] { return source().has_change(); }));
    capture();

    EXPECT_TRUE(shows_the_screen());
}

TEST_F(DxgiSourceTest, GoesOnWhileTheGpuIsStillCopying) {
    open();
    capture();
    gpu_->refusals = 1'000'000;

    screen().paint({0, 0, 50, 50}, 2);
    ASSERT_TRUE(run([&] { return gpu_->tries > 3; }));
    // Frames are taken and given back all the same.
    const std::uint32_t frames = screen().record().frames;
    for (std::uint32_t i = 0; i < 10; ++i) {
        screen().paint({i * 10, 60, 50, 50}, 3 + i);
    }
    ASSERT_TRUE(run([&] { return screen().is_quiet(); }));
    EXPECT_EQ(screen().record().frames, frames + 10);
    EXPECT_EQ(source().slot_use(), SlotUse::Lent);
    EXPECT_TRUE(source().next_due());

    gpu_->refusals = 0;
    capture();
    EXPECT_TRUE(shows_the_screen());
}

TEST_F(DxgiSourceTest, HasTheGpuWakeTheLoopWhereItCan) {
    gpu_->tells = true;
    gpu_->refusals = 1'000'000;
    open();
    ASSERT_TRUE(source().lend_slot(
        {ring().next(), 0, ring().geometry(), ring().next_stale(), nullptr, nullptr}));

    EXPECT_EQ(gpu_->told, source().wake_handle());
    EXPECT_EQ(source().slot_use(), SlotUse::Lent);
    gpu_->refusals = 0;
    ASSERT_TRUE(source().dispatch());
    EXPECT_EQ(source().slot_use(), SlotUse::Filled);
}

TEST_F(DxgiSourceTest, LeavesACopyAloneThatWasGivenUp) {
    open();
    capture();
    gpu_->refusals = 1'000'000;
    screen().paint({0, 0, 50, 50}, 2);
    ASSERT_TRUE(run([&] { return gpu_->tries > 3; }));

    make_ring();
    gpu_->refusals = 0;
    source().return_damage(Damage::whole(kScreen));
    capture();

    EXPECT_TRUE(shows_the_screen());
}

TEST_F(DxgiSourceTest, EndsWhereWhatWasCopiedCannotBeRead) {
    open();
    gpu_->failure = DXGI_ERROR_DEVICE_HUNG;

    EXPECT_FALSE(ring().capture());
    Result<void> dispatched = source().dispatch();
    EXPECT_FALSE(dispatched);
}

TEST_F(DxgiSourceTest, TellsWhereThePointersHotSpotIs) {
    open();
    capture();
    const std::array shape{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{255}};
    std::vector<std::byte> bytes;
    for (int i = 0; i < 8 * 4; ++i) {
        bytes.insert(bytes.end(), shape.begin(), shape.end());
    }
    const std::uint32_t frames = screen().record().frames;

    screen().push({.pointer = DXGI_OUTDUPL_POINTER_POSITION{{-2, 50}, TRUE},
                   .shape =
                       DXGI_OUTDUPL_POINTER_SHAPE_INFO{
                           DXGI_OUTDUPL_POINTER_SHAPE_TYPE_COLOR, 8, 4, 32, {3, 2}},
                   .shape_bytes = bytes});
    ASSERT_TRUE(run([&] { return source().cursor_position().has_value(); }));

    EXPECT_EQ(source().cursor_position(),
              (CursorPosition{1, 52, CursorPosition::Visibility::Shown}));
    const auto image = source().take_cursor_image();
    ASSERT_TRUE(image);
    EXPECT_EQ(image->size, (Size{8, 4}));
    EXPECT_EQ(image->pixels, bytes);
    EXPECT_FALSE(source().take_cursor_image());
    EXPECT_FALSE(source().has_change());
    EXPECT_EQ(screen().record().frames, frames + 1);
}

TEST_F(DxgiSourceTest, FollowsThePointerAndItsEnd) {
    open();
    capture();

    screen().push({.pointer = DXGI_OUTDUPL_POINTER_POSITION{{5, 6}, TRUE}});
    screen().push({.pointer = DXGI_OUTDUPL_POINTER_POSITION{{7, 8}, FALSE}});
    follow();

    EXPECT_EQ(source().cursor_position(),
              (CursorPosition{7, 8, CursorPosition::Visibility::Hidden}));
}

TEST_F(DxgiSourceTest, KeepsThePointersShapeWhereTheNextIsNone) {
    open();
    capture();

    screen().push({.shape = DXGI_OUTDUPL_POINTER_SHAPE_INFO{9, 8, 4, 32, {3, 2}},
                   .shape_bytes = std::vector<std::byte>(128)});
    follow();

    EXPECT_FALSE(source().take_cursor_image());
}

/// One of all that can happen to a screen.
void happen(ScriptedScreen& screen, std::mt19937& random, std::uint32_t seed) {
    const auto below = [&](std::uint32_t limit) {
        return static_cast<std::uint32_t>(random() % limit);
    };
    const Rect rect{below(200), below(120), 1 + below(110), 1 + below(70)};
    switch (below(10)) {
    case 0:
        screen.move(rect, below(320 - rect.width), below(200 - rect.height));
        break;
    case 1:
        screen.push({.pointer = DXGI_OUTDUPL_POINTER_POSITION{{5, 6}, TRUE}});
        break;
    case 2:
        screen.push({.result = DXGI_ERROR_ACCESS_LOST});
        break;
    case 3:
        screen.refuse(E_ACCESSDENIED, below(3));
        break;
    default:
        screen.paint(rect, seed);
    }
}

TEST_F(DxgiSourceTest, ShowsWhatARandomScriptDraws) {
    const auto seed = std::random_device{}();
    std::cout << "seed " << seed << '\n';
    std::mt19937 random(seed);
    open();
    for (std::uint32_t round = 0; round < 60; ++round) {
        const std::uint32_t happenings = 1 + static_cast<std::uint32_t>(random() % 6);
        for (std::uint32_t i = 0; i < happenings; ++i) {
            happen(screen(), random, round * 16 + i);
        }
        gpu_->refusals = static_cast<std::uint32_t>(random() % 4);
        ASSERT_TRUE(run([&] { return screen().is_quiet() && screen().record().alive == 1; }));
        if (source().has_change()) {
            const auto captured = ring().capture();
            ASSERT_TRUE(captured) << captured.error().message;
            ASSERT_TRUE(ring().differ_only_in(captured->damage)) << "round " << round;
        }
        ASSERT_TRUE(shows_the_screen()) << "round " << round;
    }
    EXPECT_FALSE(ring().wrote_beside());
}

}  // namespace
}  // namespace oriel::test
