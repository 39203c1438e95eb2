// SPDX-License-Identifier: MIT
#include <cstring>

#include "capture/kms/fake_kms_device.h"
#include "capture/kms/kms_source.h"
#include "capture/pipewire/pipewire_source.h"
#include "capture/testing/source_rig.h"
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

class X11Rig final : public SourceRig {
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
class KmsRig final : public SourceRig {
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
class WaylandRig final : public SourceRig {
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
class PipewireRig final : public SourceRig {
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

}  // namespace

std::vector<SourceMaker> system_source_makers() {
    return {
        SourceMaker{"Kms",
                    [] {
                        return std::make_unique<KmsRig>(kms_capture::PixelLayout::Xr24);
                    }},
        SourceMaker{"KmsInSixteenBits",
                    [] {
                        return std::make_unique<KmsRig>(kms_capture::PixelLayout::Rg16);
                    }},
        SourceMaker{"KmsWithoutEvents",
                    [] {
                        return std::make_unique<KmsRig>(kms_capture::PixelLayout::Xr24,
                                                        KmsRig::Events::Untold);
                    }},
        SourceMaker{"X11",
                    [] {
                        return std::make_unique<X11Rig>();
                    }},
        SourceMaker{"X11WithoutSharedPixmaps",
                    [] {
                        return std::make_unique<X11Rig>(
                            std::vector<std::string>{},
                            X11SourceOptions{X11SourceOptions::SharedPixmaps::Avoid});
                    }},
        SourceMaker{"X11WithoutSharedMemory",
                    [] {
                        return std::make_unique<X11Rig>(
                            std::vector<std::string>{"-extension", "MIT-SHM"});
                    }},
        SourceMaker{"Screencopy",
                    [] {
                        return std::make_unique<WaylandRig>(
                            WaylandSourceOptions::Protocol::Screencopy);
                    }},
        SourceMaker{"ImageCopy",
                    [] {
                        return std::make_unique<WaylandRig>(
                            WaylandSourceOptions::Protocol::ImageCopy);
                    }},
        SourceMaker{"Pipewire",
                    [] {
                        return std::make_unique<PipewireRig>();
                    }},
    };
}

}  // namespace oriel::test
