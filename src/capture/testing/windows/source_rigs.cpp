// SPDX-License-Identifier: MIT
#include "base/loop_sleep.h"
#include "capture/d3d12/copy_queue_writer.h"
#include "capture/d3d12/device12.h"
#include "capture/d3d12/testing/picture_copier.h"
#include "capture/dxgi/device11.h"
#include "capture/dxgi/duplication_source.h"
#include "capture/dxgi/staging_writer.h"
#include "capture/dxgi/testing/scripted_screen.h"
#include "capture/gdi/gdi_source.h"
#include "capture/testing/source_rig.h"
#include "capture/testing/windows/painted_window.h"
#include "capture/wgc/capture_factory.h"
#include "capture/wgc/testing/scripted_capture.h"
#include "relay/test_colours.h"

namespace oriel::test {
namespace {

/// Lets a source go on until it has a change; one that is suspended never has.
void await_change(Source& source) {
    LoopSleep sleep;
    sleep.await(source.wake_handle());
    const Nanoseconds give_up = monotonic_now() + std::chrono::milliseconds(500);
    while (!source.has_change() && monotonic_now() < give_up &&
           sleep.sleep(std::chrono::milliseconds(500)).value_or(false)) {
        static_cast<void>(source.dispatch());
    }
}

/// A window that fills the screen.
class GdiRig final : public SourceRig {
  public:
    GdiRig() : window_(kScreen), source_(open_gdi_source("").value()) {
        window_.put(Rect::of(kScreen), colourful(kScreen, 0));
    }

    Source& source() override { return *source_; }

    void change() override {
        ++changes_;
        const Rect place{changes_ * 13 % 250, changes_ * 7 % 150, 40, 30};
        window_.put(place, colourful({place.width, place.height}, changes_));
        settle();
    }

    /// Suspended it never wakes up.
    void settle() override { await_change(*source_); }

    bool shows_it(std::span<const std::byte> pixels) override {
        return same_colours(pixels, window_.truth());
    }

  private:
    static constexpr Size kScreen{320, 200};

    PaintedWindow window_;
    std::unique_ptr<Source> source_;
    std::uint32_t changes_ = 0;
};

/// A screen that is duplicated as a test says.
class DuplicationRig final : public SourceRig {
  public:
    enum class Way : std::uint8_t { Direct3d11, Direct3d12 };

    explicit DuplicationRig(Way way)
        : screen_(std::make_shared<ScriptedScreen>(dxgi_capture::open_device11(nullptr).value(),
                                                   ModelPicture(kScreen, PixelFormat::Bgra8))) {
        if (way == Way::Direct3d12 && is_direct3d12_missing()) {
            return;
        }
        source_ = dxgi_capture::make_duplication_source(
                      "dxgi",
                      make_scripted_factory(screen_),
                      screen_->device(),
                      way == Way::Direct3d11 ? dxgi_capture::make_staging_writer : copy_queue())
                      .value();
    }

    Source& source() override { return *source_; }

    void change() override {
        ++changes_;
        screen_->paint({changes_ * 13 % 250, changes_ * 7 % 150, 40, 30}, changes_ + 1);
        settle();
    }

    /// Suspended it never wakes up.
    void settle() override { await_change(*source_); }

    bool shows_it(std::span<const std::byte> pixels) override {
        return screen_->picture().is_in(pixels, source_->geometry().stride);
    }

    bool is_early() const override { return false; }

    std::string missing() const override {
        return source_ ? "" : "Wine has no Vulkan driver for its Direct3D 12";
    }

  private:
    static constexpr Size kScreen{320, 200};

    dxgi_capture::MakeSlotWriter copy_queue() {
        return [this](const auto& device, NativeHandle wake) {
            return d3d12_capture::CopyQueueWriter::make(
                {.open_device = [] { return d3d12_capture::open_device12(nullptr); },
                 .importer = std::make_unique<d3d12_capture::SystemHeapImporter>(),
                 .bridge = std::make_unique<PictureCopier>(device, record_)},
                wake);
        };
    }

    std::shared_ptr<ScriptedScreen> screen_;
    BridgeRecord record_;
    std::unique_ptr<Source> source_;
    std::uint32_t changes_ = 0;
};

/// A screen that Windows.Graphics.Capture captures as a test says.
class WgcRig final : public SourceRig {
  public:
    WgcRig()
        : capture_(dxgi_capture::open_device11(nullptr).value(),
                   ModelPicture({320, 200}, PixelFormat::Bgra8)),
          source_(
              dxgi_capture::make_duplication_source(
                  "wgc",
                  wgc_capture::make_capture_factory(capture_.runtime(), find_screen("").value()),
                  capture_.device(),
                  dxgi_capture::make_staging_writer)
                  .value()) {}

    Source& source() override { return *source_; }

    void change() override {
        ++changes_;
        capture_.paint({changes_ * 13 % 250, changes_ * 7 % 150, 40, 30}, changes_ + 1);
        settle();
    }

    /// Suspended it never wakes up.
    void settle() override { await_change(*source_); }

    bool shows_it(std::span<const std::byte> pixels) override {
        return capture_.picture().is_in(pixels, source_->geometry().stride);
    }

    bool is_early() const override { return false; }

  private:
    ScriptedCapture capture_;
    std::unique_ptr<Source> source_;
    std::uint32_t changes_ = 0;
};

}  // namespace

std::vector<SourceMaker> system_source_makers() {
    using Way = DuplicationRig::Way;
    return {{"Gdi",
             [] {
                 return std::make_unique<GdiRig>();
             }},
            {"Dxgi",
             [] {
                 return std::make_unique<DuplicationRig>(Way::Direct3d11);
             }},
            {"D3d12",
             [] {
                 return std::make_unique<DuplicationRig>(Way::Direct3d12);
             }},
            {"Wgc", [] {
                 return std::make_unique<WgcRig>();
             }}};
}

}  // namespace oriel::test
