// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "capture/dxgi/duplication_source.h"
#include "capture/dxgi/testing/scripted_screen.h"
#include "capture/testing/slot_ring.h"

namespace oriel::test {

/// Tests of a source whose screen follows a script. At the end all that was taken has to have been
/// given back.
class DuplicationTest : public testing::Test {
  protected:
    static constexpr Size kScreen{320, 200};

    static void SetUpTestSuite();
    static void TearDownTestSuite();

    void SetUp() override;
    void TearDown() override;

    /// How the source under test writes its slots.
    virtual dxgi_capture::MakeSlotWriter writer() = 0;

    /// The region that the slots lie in.
    virtual Result<RingMemory> memory(std::uint64_t bytes) { return RingMemory::make(bytes); }

    /// Opens a source on such a screen, and resumes it.
    void open(PixelFormat format = PixelFormat::Bgra8,
              DXGI_MODE_ROTATION rotation = DXGI_MODE_ROTATION_IDENTITY);
    Result<void> open_suspended(const ModelPicture& picture);
    void resume();

    /// Slots for the source's present shape.
    void make_ring();

    ScriptedScreen& screen() { return *screen_; }

    Source& source() { return *source_; }

    SlotRing& ring() { return *ring_; }

    static ID3D11Device* device() { return device_.Get(); }

    /// Lets the source go on until then, 5 s at most.
    bool run(const std::function<bool()>& until);

    /// Lets it go on for that time.
    void run_for(Nanoseconds time);

    /// Until all that was on the screen is on its way or in the slots.
    void follow();

    /// All that is on its way comes into slots.
    Captured capture();

    /// Whether the newest frame is what the screen shows.
    bool shows_the_screen();

    void close();

  private:
    // Takes a while to make, so there is one.
    static ComPtr<ID3D11Device> device_;

    ULONG references_ = 0;  ///< To the device, before.
    std::shared_ptr<ScriptedScreen> screen_;
    std::unique_ptr<Source> source_;
    std::unique_ptr<SlotRing> ring_;
};

}  // namespace oriel::test
