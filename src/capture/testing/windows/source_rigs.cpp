// SPDX-License-Identifier: MIT
#include "base/loop_sleep.h"
#include "capture/gdi/gdi_source.h"
#include "capture/testing/source_rig.h"
#include "capture/testing/windows/painted_window.h"
#include "relay/test_colours.h"

namespace oriel::test {
namespace {

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
    void settle() override {
        LoopSleep sleep;
        sleep.await(source_->wake_handle());
        const Nanoseconds give_up = monotonic_now() + std::chrono::milliseconds(500);
        while (!source_->has_change() && monotonic_now() < give_up &&
               sleep.sleep(std::chrono::milliseconds(500)).value_or(false)) {
            static_cast<void>(source_->dispatch());
        }
    }

    bool shows_it(std::span<const std::byte> pixels) override {
        return same_colours(pixels, window_.truth());
    }

  private:
    static constexpr Size kScreen{320, 200};

    PaintedWindow window_;
    std::unique_ptr<Source> source_;
    std::uint32_t changes_ = 0;
};

}  // namespace

std::vector<SourceMaker> system_source_makers() {
    return {{"Gdi", [] {
                 return std::make_unique<GdiRig>();
             }}};
}

}  // namespace oriel::test
