// SPDX-License-Identifier: MIT
#include "capture/d3d12/copy_queue_writer.h"

#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "capture/d3d12/device12.h"
#include "capture/d3d12/testing/picture_copier.h"
#include "capture/dxgi/testing/duplication_fixture.h"

namespace oriel::test {
namespace {

using namespace d3d12_capture;

/// What the system says to those who want the GPU to write into the region.
struct ImportScript {
    HRESULT heap = S_OK;
    HRESULT trial = S_OK;
    HRESULT whole = S_OK;
    /// When the device goes away.
    enum class Removal : std::uint8_t { Never, WithTrial, WithWhole } removal = Removal::Never;
    std::uint32_t opens = 0;  ///< Of devices.
    std::uint32_t opens_that_work = 1000;
    std::uint32_t placed = 0;
    HRESULT removed = S_OK;
    ComPtr<ID3D12Resource> region{};  ///< A buffer that is the region.
};

/// Has no heap, but a buffer whose bytes are the region's: the GPU does write into it.
class ScriptedImporter final : public HeapImporter {
  public:
    explicit ScriptedImporter(ImportScript& script) : script_(script) {}

    HRESULT open_heap(ID3D12Device& device, void* address, ComPtr<ID3D12Heap>& heap) override {
        EXPECT_NE(address, nullptr);
        D3D12_HEAP_DESC description{};
        description.SizeInBytes = 65536;
        description.Properties.Type = D3D12_HEAP_TYPE_READBACK;
        description.Flags = D3D12_HEAP_FLAG_ALLOW_ONLY_BUFFERS;
        return FAILED(script_.heap) ? script_.heap
                                    : device.CreateHeap(&description, __uuidof(ID3D12Heap), &heap);
    }

    HRESULT place_buffer(ID3D12Device& /*device*/,
                         ID3D12Heap& /*heap*/,
                         std::uint64_t /*bytes*/,
                         ComPtr<ID3D12Resource>& buffer) override {
        using Removal = ImportScript::Removal;
        const bool is_trial = script_.placed++ == 0;
        if (script_.removal == (is_trial ? Removal::WithTrial : Removal::WithWhole)) {
            script_.removed = DXGI_ERROR_DEVICE_REMOVED;
        }
        buffer = script_.region;
        return is_trial ? script_.trial : script_.whole;
    }

    HRESULT removed_reason(ID3D12Device& /*device*/) override { return script_.removed; }

  private:
    ImportScript& script_;
};

class D3d12Test : public DuplicationTest {
  protected:
    static void SetUpTestSuite() {
        if (is_direct3d12_missing()) {
            GTEST_SKIP() << "Wine's Direct3D 12 needs a Vulkan driver: "
                            "packaging/install-dependencies --windows brings one";
        }
        DuplicationTest::SetUpTestSuite();
        auto device = open_device12(nullptr);
        ASSERT_TRUE(device) << device.error().message;
        device12_ = std::move(*device);
    }

    static void TearDownTestSuite() {
        device12_.Reset();
        DuplicationTest::TearDownTestSuite();
    }

    void SetUp() override {
        DuplicationTest::SetUp();
        device12_->AddRef();
        references12_ = device12_->Release();
    }

    void TearDown() override {
        DuplicationTest::TearDown();
        script_.region.Reset();
        device12_->AddRef();
        EXPECT_EQ(device12_->Release(), references12_);
    }

    dxgi_capture::MakeSlotWriter writer() override {
        return [this](const ComPtr<ID3D11Device>& device, NativeHandle wake) {
            return CopyQueueWriter::make(
                {.open_device = [this] { return open_device(); },
                 .importer = importer(),
                 .bridge = std::make_unique<PictureCopier>(device, bridge_)},
                wake);
        };
    }

    virtual std::unique_ptr<HeapImporter> importer() {
        return std::make_unique<ScriptedImporter>(script_);
    }

    Result<RingMemory> memory(std::uint64_t bytes) override {
        RingMemory made;
        script_.placed = 0;
        ORIEL_TRY_ASSIGN(
            script_.region,
            make_buffer(
                *device12_.Get(), D3D12_HEAP_TYPE_READBACK, D3D12_RESOURCE_STATE_COPY_DEST, bytes));
        void* mapped = nullptr;
        EXPECT_EQ(script_.region->Map(0, nullptr, &mapped), S_OK);
        made.memory = MappedMemory::lent({static_cast<std::byte*>(mapped), bytes});
        return made;
    }

    Result<ComPtr<ID3D12Device>> open_device() {
        ++script_.opens;
        EXPECT_FALSE(bridge_.holds_device);
        if (script_.opens > script_.opens_that_work) {
            return Failure(Error::unsupported("no GPU any more"));
        }
        script_.removed = S_OK;
        return device12_;
    }

    void paint_and_capture(std::uint32_t rounds);

    static ComPtr<ID3D12Device> device12_;
    ULONG references12_ = 0;
    ImportScript script_;
    BridgeRecord bridge_;
};

ComPtr<ID3D12Device> D3d12Test::device12_;

/// A script of its own, with a seed that is told.
void D3d12Test::paint_and_capture(std::uint32_t rounds) {
    const auto seed = std::random_device{}();
    std::cout << "seed " << seed << '\n';
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t limit) {
        return static_cast<std::uint32_t>(random() % limit);
    };
    for (std::uint32_t round = 0; round < rounds; ++round) {
        for (std::uint32_t i = 0; i <= below(5); ++i) {
            const Rect rect{below(200), below(120), 1 + below(110), 1 + below(70)};
            if (below(4) == 0) {
                screen().move(rect, below(320 - rect.width), below(200 - rect.height));
            } else {
                screen().paint(rect, round * 8 + i + 2);
            }
        }
        const Captured captured = capture();
        ASSERT_TRUE(shows_the_screen()) << "round " << round;
        ASSERT_TRUE(ring().differ_only_in(captured.damage)) << "round " << round;
    }
    EXPECT_FALSE(ring().wrote_beside());
}

TEST_F(D3d12Test, HasTheGpuWriteIntoTheRegion) {
    open();

    const Captured captured = capture();

    EXPECT_TRUE(shows_the_screen());
    EXPECT_EQ(captured.bytes_moved, kScreen.area() * 4);
    EXPECT_EQ(captured.bytes_moved_by_gpu, captured.bytes_moved);
    EXPECT_FALSE(ring().wrote_beside());
    EXPECT_EQ(source().description(), "dxgi scripted by direct3d 12, straight into the region");
    EXPECT_EQ(script_.opens, 1);
    EXPECT_EQ(script_.placed, 2);
}

TEST_F(D3d12Test, WritesARandomScriptIntoTheRegion) {
    open();

    paint_and_capture(30);
}

TEST_F(D3d12Test, CopiesInEachFormatThatARegionCarries) {
    for (const PixelFormat format :
         {PixelFormat::Rgba8, PixelFormat::Rgb10a2, PixelFormat::Rgba16f}) {
        open(format);
        screen().paint({30, 40, 50, 60}, 3);
        capture();

        EXPECT_TRUE(shows_the_screen()) << static_cast<int>(format);
        close();
    }
}

TEST_F(D3d12Test, TakesAChangeOfModesAsAnotherPicture) {
    open();
    capture();

    screen().become(ModelPicture({200, 320}, PixelFormat::Bgra8), DXGI_MODE_ROTATION_ROTATE90);
    ASSERT_TRUE(run([&] { return source().geometry().size == Size{200, 320}; }));
    make_ring();
    capture();

    EXPECT_TRUE(shows_the_screen());
    EXPECT_EQ(source().geometry().transform, 1);
    EXPECT_EQ(bridge_.seen, 2);
}

TEST_F(D3d12Test, GivesNoSlotBackThatTheGpuStillWritesInto) {
    open();
    capture();
    ASSERT_EQ(
        device12_->CreateFence(0, D3D12_FENCE_FLAG_NONE, __uuidof(ID3D12Fence), &bridge_.gate),
        S_OK);
    screen().paint(Rect::of(kScreen), 9);
    ASSERT_TRUE(run([&] { return bridge_.copies == 2; }));
    std::thread gpu([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        bridge_.gate->Signal(1);
    });

    const bool was_suspended = source().set_activity(Source::Activity::Suspended).has_value();
    const bool is_there = screen().picture().is_in(ring().next(), ring().geometry().stride);
    gpu.join();

    EXPECT_TRUE(was_suspended);
    EXPECT_TRUE(is_there);
    bridge_.gate.Reset();
}

TEST_F(D3d12Test, DrawsNothingIntoAPictureThatIsBeingCopied) {
    open();
    capture();
    ASSERT_EQ(
        device12_->CreateFence(0, D3D12_FENCE_FLAG_NONE, __uuidof(ID3D12Fence), &bridge_.gate),
        S_OK);
    screen().paint({0, 0, 50, 50}, 2);
    ASSERT_TRUE(run([&] { return bridge_.copies == 2; }));
    const std::uint32_t drawings = bridge_.drawings;
    const std::uint32_t frames = screen().record().frames;

    screen().paint({20, 20, 50, 50}, 3);
    ASSERT_TRUE(run([&] { return screen().record().frames == frames + 1; }));
    run_for(std::chrono::milliseconds(50));
    EXPECT_EQ(bridge_.drawings, drawings);
    bridge_.gate->Signal(1);
    ASSERT_TRUE(run([&] { return bridge_.drawings == drawings + 1; }));
    capture();

    EXPECT_TRUE(shows_the_screen());
    bridge_.gate.Reset();
}

struct Refusal {
    const char* name;
    ImportScript script;
    std::uint32_t opens;  ///< Of devices, in all.
};

class D3d12Fallback : public D3d12Test, public testing::WithParamInterface<Refusal> {};

INSTANTIATE_TEST_SUITE_P(
    ,
    D3d12Fallback,
    testing::Values(
        Refusal{"NoHeap", {.heap = E_NOINTERFACE}, 1},
        Refusal{"NoBuffer", {.trial = E_INVALIDARG}, 1},
        Refusal{"DeviceGoneWithTheTrial", {.removal = ImportScript::Removal::WithTrial}, 2},
        Refusal{"NotTheWholeRegion", {.whole = E_OUTOFMEMORY}, 1},
        Refusal{"DeviceGoneWithTheWhole", {.removal = ImportScript::Removal::WithWhole}, 2}),
    [](const auto& each) { return each.param.name; });

TEST_P(D3d12Fallback, CopiesByTheCpuWhereTheGpuDoesNotTakeTheRegion) {
    script_ = GetParam().script;
    open();

    const Captured captured = capture();

    EXPECT_TRUE(shows_the_screen());
    EXPECT_EQ(captured.bytes_moved, kScreen.area() * 4);
    EXPECT_EQ(captured.bytes_moved_by_gpu, 0);
    EXPECT_EQ(source().description(), "dxgi scripted by direct3d 12");
    EXPECT_EQ(script_.opens, GetParam().opens);
    paint_and_capture(5);
}

TEST_F(D3d12Test, CopiesByTheCpuOnceTheGpuIsGoneOverACopy) {
    open();
    capture();
    // Known when the copy is over.
    script_.removed = DXGI_ERROR_DEVICE_HUNG;

    screen().paint({10, 10, 100, 100}, 5);
    const Captured captured = capture();

    EXPECT_TRUE(shows_the_screen());
    EXPECT_EQ(captured.bytes_moved_by_gpu, 0);
    EXPECT_EQ(script_.opens, 2);
    EXPECT_EQ(bridge_.seen, 2);
    paint_and_capture(5);
}

TEST_F(D3d12Test, EndsWhereTheGpuIsGoneForOtherReasons) {
    script_.heap = E_NOINTERFACE;
    open();
    capture();
    script_.removed = DXGI_ERROR_DEVICE_HUNG;
    screen().paint({10, 10, 100, 100}, 5);

    Result<void> dispatched;
    run([&] {
        dispatched = source().dispatch();
        return !dispatched;
    });

    ASSERT_FALSE(dispatched);
    EXPECT_EQ(dispatched.error().message, "cannot copy by Direct3D 12: the GPU hung (0x887a0006)");
}

TEST_F(D3d12Test, EndsWhereNoDeviceFollowsTheOneThatIsGone) {
    script_.removal = ImportScript::Removal::WithTrial;
    script_.opens_that_work = 1;
    ASSERT_TRUE(open_suspended(ModelPicture(kScreen, PixelFormat::Bgra8)));

    const auto ring = SlotRing::make(source());

    ASSERT_FALSE(ring);
    EXPECT_EQ(ring.error().message, "no GPU any more");
}

/// With the system's own calls: Wine's Direct3D 12 has no ID3D12Device3.
class D3d12OnThisSystem : public D3d12Test {
  protected:
    std::unique_ptr<HeapImporter> importer() override {
        return std::make_unique<SystemHeapImporter>();
    }

    Result<RingMemory> memory(std::uint64_t bytes) override { return RingMemory::make(bytes); }
};

TEST_F(D3d12OnThisSystem, BringsARandomScriptInOneWayOrTheOther) {
    open();
    capture();
    EXPECT_TRUE(shows_the_screen());

    paint_and_capture(30);
}

}  // namespace
}  // namespace oriel::test
