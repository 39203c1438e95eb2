// SPDX-License-Identifier: MIT
#include "capture/dxgi/testing/duplication_fixture.h"

#include "base/clock.h"
#include "base/loop_sleep.h"
#include "capture/dxgi/device11.h"

namespace oriel::test {
namespace {

constexpr Nanoseconds kNap = std::chrono::milliseconds(2);
constexpr Nanoseconds kPatience = std::chrono::seconds(5);

ULONG references_of(IUnknown& object) {
    object.AddRef();
    return object.Release();
}

}  // namespace

ComPtr<ID3D11Device> DuplicationTest::device_;

void DuplicationTest::SetUpTestSuite() {
    auto device = dxgi_capture::open_device11(nullptr);
    ASSERT_TRUE(device) << device.error().message;
    device_ = std::move(*device);
}

void DuplicationTest::TearDownTestSuite() {
    device_.Reset();
}

void DuplicationTest::SetUp() {
    ASSERT_TRUE(device_);
    references_ = references_of(*device());
}

void DuplicationTest::TearDown() {
    close();
    if (screen_) {
        const DuplicationRecord record = screen_->record();
        EXPECT_EQ(record.alive, 0);
        EXPECT_EQ(record.violations, 0);
        EXPECT_EQ(record.frames, record.releases);
    }
    screen_.reset();
    EXPECT_EQ(references_of(*device()), references_);
}

void DuplicationTest::close() {
    ring_.reset();
    source_.reset();
}

void DuplicationTest::open(PixelFormat format, DXGI_MODE_ROTATION rotation) {
    screen_ = std::make_shared<ScriptedScreen>(device(), ModelPicture(kScreen, format));
    screen_->become(ModelPicture(kScreen, format), rotation);
    const auto opened = open_suspended(screen_->picture());
    ASSERT_TRUE(opened) << opened.error().message;
    make_ring();
    resume();
}

Result<void> DuplicationTest::open_suspended(const ModelPicture& picture) {
    if (!screen_) {
        screen_ = std::make_shared<ScriptedScreen>(device(), picture);
    }
    ORIEL_TRY_ASSIGN(source_,
                     dxgi_capture::make_duplication_source(
                         "dxgi", make_scripted_factory(screen_), device(), writer()));
    return {};
}

void DuplicationTest::resume() {
    ASSERT_TRUE(source().set_activity(Source::Activity::Running));
    ASSERT_TRUE(run([this] { return source().has_change(); }));
}

void DuplicationTest::make_ring() {
    auto ring = SlotRing::make(source(), 0, [this](std::uint64_t bytes) { return memory(bytes); });
    ASSERT_TRUE(ring) << ring.error().message;
    ring_ = std::make_unique<SlotRing>(std::move(*ring));
}

bool DuplicationTest::run(const std::function<bool()>& until) {
    const Nanoseconds give_up = monotonic_now() + kPatience;
    LoopSleep sleep;
    sleep.await(source().wake_handle());
    while (!until()) {
        const auto slept = sleep.sleep(kNap);
        const auto dispatched = source().dispatch();
        if (!slept || !dispatched || monotonic_now() > give_up) {
            return until();
        }
    }
    return true;
}

void DuplicationTest::run_for(Nanoseconds time) {
    const Nanoseconds end = monotonic_now() + time;
    run([end] { return monotonic_now() >= end; });
}

void DuplicationTest::follow() {
    ASSERT_TRUE(run([this] { return screen().is_quiet(); }));
    // What the last frame brought may be told and not yet heard of.
    static_cast<void>(source().dispatch());
}

Captured DuplicationTest::capture() {
    follow();
    const auto captured = ring().capture();
    EXPECT_TRUE(captured) << captured.error().message;
    return captured.value_or(Captured());
}

bool DuplicationTest::shows_the_screen() {
    return screen().picture().is_in(ring().latest(), ring().geometry().stride);
}

}  // namespace oriel::test
