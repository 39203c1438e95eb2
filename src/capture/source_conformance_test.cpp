// SPDX-License-Identifier: MIT
// What every Source has to do, run on each of them.
#include <cstring>
#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "capture/kms/fake_kms_device.h"
#include "capture/kms/kms_source.h"
#include "capture/pattern/pattern_picture.h"
#include "capture/pattern/pattern_source.h"
#include "capture/pipewire/pipewire_source.h"
#include "capture/testing/slot_ring.h"
#include "capture/wayland/wayland_source.h"
#include "capture/x11/x11_source.h"
#include "pipewire/portal_desktop.h"
#include "pipewire/screen_producer.h"
#include "wayland/compositor.h"
#include "wayland/wayland_painter.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel::test {
namespace {

/// A source together with what it looks at.
class Rig {
  public:
    virtual ~Rig() = default;
    Rig() = default;
    Rig(const Rig&) = delete;
    Rig& operator=(const Rig&) = delete;

    virtual Source& source() = 0;

    /// Something changes; afterwards dispatch() leaves has_change() true.
    virtual void change() = 0;

    /// What is on its way to a source that was resumed comes.
    virtual void settle() {}

    /// Whether a frame shows what the source looks at.
    virtual bool shows_it(std::span<const std::byte> pixels) = 0;

    /// Whether the source says early what a frame will change, and how far it got.
    virtual bool is_early() const { return true; }

    /// Why it cannot be had on this machine; empty: it can.
    virtual std::string missing() const { return ""; }
};

bool same_colours(std::span<const std::byte> pixels, const std::vector<std::uint32_t>& wanted) {
    std::vector<std::uint32_t> shown(wanted.size());
    std::memcpy(shown.data(), pixels.data(), shown.size() * sizeof(std::uint32_t));
    for (auto& pixel : shown) {
        pixel &= 0xFFFFFF;
    }
    return shown == wanted;
}

class PatternRig final : public Rig {
  public:
    explicit PatternRig(PatternChange change)
        : options_{{320, 200}, 0, change, {40, 30}},
          picture_(options_),
          source_(make_pattern_source(options_)) {}

    Source& source() override { return *source_; }

    /// Moving patterns change at any time, the still one never.
    void change() override { source_->return_damage(Damage(Rect{50, 50, 10, 10})); }

    bool shows_it(std::span<const std::byte> pixels) override {
        const auto stamp = read_stamp(pixels, picture_.geometry());
        return stamp && picture_.matches(pixels, picture_.geometry(), stamp->frame);
    }

  private:
    PatternOptions options_;
    PatternPicture picture_;
    std::unique_ptr<Source> source_;
};

class X11Rig final : public Rig {
  public:
    explicit X11Rig(const std::vector<std::string>& server_arguments = {},
                    X11SourceOptions options = {})
        : server_(XServer::start(kScreen, server_arguments).value()),
          painter_(XPainter::open(server_.display()).value()) {
        painter_.put(Rect::of(kScreen), colourful(kScreen, 0));
        painter_.open_window({200, 100, 60, 50});
        source_ = open_x11_source(server_.display(), options).value();
    }

    Source& source() override { return *source_; }

    void change() override {
        ++changes_;
        painter_.draw_on(changes_ % 2 == 0 ? painter_.window() : painter_.root());
        const Rect place{changes_ * 13 % 250, changes_ * 7 % 150, 40, 30};
        painter_.put(place, colourful({place.width, place.height}, changes_));
    }

    bool shows_it(std::span<const std::byte> pixels) override {
        return same_colours(pixels, painter_.look_at_root());
    }

  private:
    static constexpr Size kScreen{320, 200};

    XServer server_;
    XPainter painter_;
    std::unique_ptr<Source> source_;
    std::uint32_t changes_ = 0;
};

/// A fake screen with an overlay that hangs over the corner of its primary plane.
class KmsRig final : public Rig {
  public:
    enum class Events : std::uint8_t { Told, Untold };

    explicit KmsRig(kms_capture::PixelLayout layout, Events events = Events::Told)
        : screen_(kms_capture::FakeScreen::make(kScreen, layout)) {
        using namespace kms_capture;
        screen_->framebuffers[2] = FakeFramebuffer::make({50, 40}, PixelLayout::Rg16);
        KmsPlane overlay = screen_->plane_of(11, KmsPlane::Kind::Overlay, 2);
        overlay.x = 300;
        overlay.y = -10;
        overlay.order = 1;
        screen_->planes.push_back(overlay);
        source_ = make_kms_source(
                      std::make_unique<FakeKmsDevice>(screen_),
                      events == Events::Told ? std::make_unique<FakeChangeEvents>(bell_) : nullptr)
                      .value();
    }

    Source& source() override { return *source_; }

    /// And the source comes to know of it, unless it is suspended: then it never wakes up.
    void change() override {
        ++changes_;
        const Rect place{changes_ * 13 % 250, changes_ * 7 % 150, 40, 30};
        screen_->framebuffer(1).fill(place, changes_ * 0x010307);
        screen_->framebuffer(2).fill({changes_ % 40, changes_ % 30, 10, 10}, changes_ * 0x0821);
        bell_->ring({true, false, monotonic_now()});
        while (!source_->has_change() &&
               kms_capture::becomes_readable(source_->wake_handle(), std::chrono::seconds(2))) {
            static_cast<void>(source_->dispatch());
        }
    }

    bool shows_it(std::span<const std::byte> pixels) override {
        const FrameGeometry geometry = source_->geometry();
        for (std::uint32_t y = 0; y < kScreen.height; ++y) {
            for (std::uint32_t x = 0; x < kScreen.width; ++x) {
                std::uint32_t pixel = 0;
                std::memcpy(&pixel,
                            pixels.data() + std::size_t{y} * geometry.stride + std::size_t{x} * 4,
                            4);
                if ((pixel & 0xFFFFFF) != expected(x, y)) {
                    return false;
                }
            }
        }
        return true;
    }

  private:
    static constexpr Size kScreen{320, 200};

    std::uint32_t expected(std::uint32_t x, std::uint32_t y) const {
        const bool is_overlaid = x >= 300 && y < 30;
        const auto& from = screen_->framebuffer(is_overlaid ? 2 : 1);
        const std::uint32_t column = is_overlaid ? x - 300 : x;
        const std::uint32_t row = is_overlaid ? y + 10 : y;
        const std::size_t step = kms_capture::bytes_per_pixel(from.layout);
        std::uint32_t word = 0;
        std::memcpy(&word, from.bytes.data() + row * from.stride + column * step, step);
        if (from.layout != kms_capture::PixelLayout::Rg16) {
            return word & 0xFFFFFF;
        }
        const auto spread = [word](unsigned at, unsigned bits) {
            const std::uint32_t value = word >> at & ((1U << bits) - 1);
            return value << (8 - bits) | value >> (2 * bits - 8);
        };
        return spread(11, 5) << 16U | spread(5, 6) << 8U | spread(0, 5);
    }

    std::shared_ptr<kms_capture::FakeScreen> screen_;
    std::shared_ptr<kms_capture::FakeChangeEvents::Bell> bell_ =
        kms_capture::FakeChangeEvents::make_bell();
    std::unique_ptr<Source> source_;
    std::uint32_t changes_ = 0;
};

/// A window that fills an output of Sway's.
class WaylandRig final : public Rig {
  public:
    explicit WaylandRig(WaylandSourceOptions::Protocol protocol)
        : sway_(Compositor::start_sway({kScreen}).value()),
          painter_(WaylandPainter::open(sway_.display()).value()) {
        painter_->put(Rect::of(kScreen), colourful(kScreen, 0));
        auto source =
            open_wayland_source({.display = sway_.display(), .output = {}, .protocol = protocol});
        if (source) {
            source_ = std::move(*source);
        } else {
            missing_ = source.error().message;
        }
    }

    Source& source() override { return *source_; }

    void change() override {
        ++changes_;
        const Rect place{changes_ * 13 % 250, changes_ * 7 % 150, 40, 30};
        painter_->put(place, colourful({place.width, place.height}, changes_));
        const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(2);
        while (source_->slot_use() == SlotUse::Lent && monotonic_now() < give_up) {
            kms_capture::becomes_readable(source_->wake_handle(), std::chrono::milliseconds(100));
            static_cast<void>(source_->dispatch());
        }
    }

    bool shows_it(std::span<const std::byte> pixels) override {
        return same_colours(pixels, painter_->truth());
    }

    bool is_early() const override { return false; }

    std::string missing() const override { return missing_; }

  private:
    static constexpr Size kScreen{320, 200};

    Compositor sway_;
    std::unique_ptr<WaylandPainter> painter_;
    std::unique_ptr<Source> source_;
    std::string missing_;
    std::uint32_t changes_ = 0;
};

/// A desktop's portal that grants at once. Its pictures come some time after they were drawn.
class PipewireRig final : public Rig {
  public:
    PipewireRig() : desktop_(PortalDesktop::start().value()) {
        desktop_->enter();
        screen_ = ScreenProducer::start(desktop_->pipewire(), kScreen).value();
        desktop_->backend().node = screen_->node();
        screen_->put(Rect::of(kScreen), colourful(kScreen, 0));
        source_ = open_pipewire_source().value();
        run([this] { return screen_->sent() != 0 && !screen_->is_watched(); });
    }

    Source& source() override { return *source_; }

    void change() override {
        ++changes_;
        const Rect place{changes_ * 13 % 250, changes_ * 7 % 150, 40, 30};
        const std::uint32_t before = screen_->sent();
        screen_->put(place, colourful({place.width, place.height}, changes_));
        run([&] { return screen_->sent() > before; }, std::chrono::milliseconds(500));
        run([] { return false; }, std::chrono::milliseconds(40));
    }

    void settle() override {
        run([this] { return source_->has_change(); });
    }

    bool shows_it(std::span<const std::byte> pixels) override {
        return same_colours(pixels, screen_->truth());
    }

  private:
    static constexpr Size kScreen{320, 200};

    void run(const std::function<bool()>& until, Nanoseconds limit = std::chrono::seconds(5)) {
        const Nanoseconds give_up = monotonic_now() + limit;
        while (!until() && monotonic_now() < give_up) {
            kms_capture::becomes_readable(source_->wake_handle(), std::chrono::milliseconds(10));
            static_cast<void>(source_->dispatch());
        }
    }

    std::unique_ptr<PortalDesktop> desktop_;
    std::unique_ptr<ScreenProducer> screen_;
    std::unique_ptr<Source> source_;
    std::uint32_t changes_ = 0;
};

struct Implementation {
    const char* name;
    std::function<std::unique_ptr<Rig>()> make;
};

std::ostream& operator<<(std::ostream& out, const Implementation& implementation) {
    return out << implementation.name;
}

class EverySource : public testing::TestWithParam<Implementation> {
  protected:
    void SetUp() override {
        rig_ = GetParam().make();
        if (!rig_->missing().empty()) {
            GTEST_SKIP() << rig_->missing();
        }
        auto ring = SlotRing::make(source());
        ASSERT_TRUE(ring) << ring.error().message;
        ring_ = std::make_unique<SlotRing>(std::move(*ring));
    }

    Source& source() { return rig_->source(); }

    void resume() {
        ASSERT_TRUE(source().set_activity(Source::Activity::Running));
        rig_->settle();
    }

    /// A change and its frame.
    Captured capture_change() {
        rig_->change();
        EXPECT_TRUE(source().dispatch());
        EXPECT_TRUE(source().has_change());
        auto captured = ring_->capture();
        EXPECT_TRUE(captured) << captured.error().message;
        return captured.value_or(Captured());
    }

    std::unique_ptr<Rig> rig_;
    std::unique_ptr<SlotRing> ring_;
};

INSTANTIATE_TEST_SUITE_P(
    ,
    EverySource,
    testing::Values(
        Implementation{"PatternFull",
                       [] {
                           return std::make_unique<PatternRig>(PatternChange::Full);
                       }},
        Implementation{"PatternRect",
                       [] {
                           return std::make_unique<PatternRig>(PatternChange::Rect);
                       }},
        Implementation{"PatternStill",
                       [] {
                           return std::make_unique<PatternRig>(PatternChange::Still);
                       }},
        Implementation{"Kms",
                       [] {
                           return std::make_unique<KmsRig>(kms_capture::PixelLayout::Xr24);
                       }},
        Implementation{"KmsInSixteenBits",
                       [] {
                           return std::make_unique<KmsRig>(kms_capture::PixelLayout::Rg16);
                       }},
        Implementation{"KmsWithoutEvents",
                       [] {
                           return std::make_unique<KmsRig>(kms_capture::PixelLayout::Xr24,
                                                           KmsRig::Events::Untold);
                       }},
        Implementation{"X11",
                       [] {
                           return std::make_unique<X11Rig>();
                       }},
        Implementation{"X11WithoutSharedPixmaps",
                       [] {
                           return std::make_unique<X11Rig>(
                               std::vector<std::string>{},
                               X11SourceOptions{X11SourceOptions::SharedPixmaps::Avoid});
                       }},
        Implementation{"X11WithoutSharedMemory",
                       [] {
                           return std::make_unique<X11Rig>(
                               std::vector<std::string>{"-extension", "MIT-SHM"});
                       }},
        Implementation{"Screencopy",
                       [] {
                           return std::make_unique<WaylandRig>(
                               WaylandSourceOptions::Protocol::Screencopy);
                       }},
        Implementation{"ImageCopy",
                       [] {
                           return std::make_unique<WaylandRig>(
                               WaylandSourceOptions::Protocol::ImageCopy);
                       }},
        Implementation{"Pipewire",
                       [] {
                           return std::make_unique<PipewireRig>();
                       }}),
    [](const auto& each) { return each.param.name; });

TEST_P(EverySource, StartsSuspendedAndQuiet) {
    ASSERT_TRUE(source().dispatch());

    EXPECT_FALSE(source().has_change());
    EXPECT_EQ(source().next_due(), std::nullopt);
    EXPECT_FALSE(ring_->capture());
}

TEST_P(EverySource, TellsAShapeThatCanBe) {
    const FrameGeometry geometry = source().geometry();

    EXPECT_EQ(geometry.size, (Size{320, 200}));
    EXPECT_GE(geometry.stride, geometry.row_bytes());
    EXPECT_FALSE(source().description().empty());
}

TEST_P(EverySource, BringsTheWholePictureFirst) {
    resume();

    ASSERT_TRUE(source().has_change());
    const auto captured = ring_->capture();

    ASSERT_TRUE(captured) << captured.error().message;
    EXPECT_TRUE(captured->damage.covers(Rect::of(source().geometry().size)));
    EXPECT_TRUE(rig_->shows_it(ring_->latest()));
    EXPECT_FALSE(ring_->wrote_beside());
    EXPECT_GT(captured->capture_start.count(), 0);
    EXPECT_GE(captured->bytes_moved, source().geometry().row_bytes() * 200);
}

TEST_P(EverySource, ShowsEachChangeInEachSlotAndReportsIt) {
    resume();
    ASSERT_TRUE(ring_->capture());
    for (int i = 0; i < 20; ++i) {
        const Captured captured = capture_change();

        ASSERT_TRUE(rig_->shows_it(ring_->latest())) << i;
        ASSERT_TRUE(ring_->differ_only_in(captured.damage)) << i;
        ASSERT_FALSE(captured.damage.is_empty());
    }
    EXPECT_FALSE(ring_->wrote_beside());
}

TEST_P(EverySource, CountsReturnedDamageAgain) {
    resume();
    ASSERT_TRUE(ring_->capture());
    const Rect returned{30, 20, 100, 50};

    source().return_damage(Damage(returned));

    ASSERT_TRUE(source().has_change());
    const auto captured = ring_->capture();
    ASSERT_TRUE(captured);
    EXPECT_TRUE(captured->damage.covers(returned));
}

TEST_P(EverySource, ForgetsNothingThatAFailedCaptureWasToBring) {
    resume();
    ASSERT_TRUE(ring_->capture());
    rig_->change();
    ASSERT_TRUE(source().dispatch());
    Damage nothing;
    FrameGeometry narrow = ring_->geometry();
    narrow.size.width -= 1;

    const auto refused = source().capture({ring_->next(), 0, narrow, nothing, nullptr, nullptr});

    EXPECT_FALSE(refused);
    ASSERT_TRUE(source().has_change());
    ASSERT_TRUE(ring_->capture());
    EXPECT_TRUE(rig_->shows_it(ring_->latest()));
}

TEST_P(EverySource, IsQuietWhileSuspendedAndBringsAllAfterwards) {
    resume();
    ASSERT_TRUE(ring_->capture());
    ASSERT_TRUE(source().set_activity(Source::Activity::Suspended));

    rig_->change();
    ASSERT_TRUE(source().dispatch());
    EXPECT_FALSE(source().has_change());
    resume();
    ASSERT_TRUE(source().has_change());
    const auto captured = ring_->capture();

    ASSERT_TRUE(captured);
    EXPECT_TRUE(captured->damage.covers(Rect::of(source().geometry().size)));
    EXPECT_TRUE(rig_->shows_it(ring_->latest()));
}

TEST_P(EverySource, AnnouncesAWholeFrameAndSaysHowFarItGot) {
    if (!rig_->is_early()) {
        GTEST_SKIP() << "who writes it tells when all is there";
    }
    resume();

    const auto captured = ring_->capture();

    ASSERT_TRUE(captured);
    ASSERT_TRUE(ring_->announced());
    for (const Rect& rect : captured->damage.rects()) {
        EXPECT_TRUE(ring_->announced()->covers(rect));
    }
    ASSERT_FALSE(ring_->rows().empty());
    EXPECT_TRUE(std::ranges::is_sorted(ring_->rows()));
    EXPECT_EQ(ring_->rows().back(), 200);
}

TEST_P(EverySource, GoesOnInANewRegion) {
    resume();
    ASSERT_TRUE(ring_->capture());
    auto other = SlotRing::make(source());
    ASSERT_TRUE(other);

    source().return_damage(Damage::whole(source().geometry().size));
    const auto captured = other->capture();

    ASSERT_TRUE(captured) << captured.error().message;
    EXPECT_TRUE(rig_->shows_it(other->latest()));
    EXPECT_FALSE(other->wrote_beside());
}

}  // namespace
}  // namespace oriel::test
