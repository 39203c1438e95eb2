// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/d3d12/copy_queue.h"
#include "capture/d3d12/heap_importer.h"
#include "capture/d3d12/picture_bridge.h"
#include "capture/dxgi/slot_writer.h"

namespace oriel::d3d12_capture {

/// What a CopyQueueWriter asks of the system.
struct CopyQueueSystem {
    std::function<Result<ComPtr<ID3D12Device>>()> open_device;
    std::unique_ptr<HeapImporter> importer;
    std::unique_ptr<PictureBridge> bridge;
};

/// Has a copy queue of the GPU's write straight into the slot: no copy of the CPU's. Where the GPU
/// does not take the region, or goes away over it, it writes into a buffer of its own, and the CPU
/// copies from there.
class CopyQueueWriter final : public dxgi_capture::SlotWriter {
  public:
    /// `wake`, an event, is set when the GPU is done. Errors: no such device or queue.
    static Result<std::unique_ptr<SlotWriter>> make(CopyQueueSystem system, NativeHandle wake);

    ~CopyQueueWriter() override { cancel(); }

    CopyQueueWriter(const CopyQueueWriter&) = delete;
    CopyQueueWriter& operator=(const CopyQueueWriter&) = delete;

    std::string way() const override;
    Result<void> bind_region(std::span<std::byte> memory) override;
    Result<ComPtr<ID3D11Texture2D>> make_picture(Size size, DXGI_FORMAT format) override;

    bool may_draw() const override { return stage_ != Stage::Copying; }

    Result<void> after_drawing() override { return system_.bridge->after_drawing(); }

    Result<void> begin(const FrameGeometry& geometry,
                       std::uint64_t region_offset,
                       std::span<const Rect> parts) override;
    Result<Progress> poll() override;
    Result<dxgi_capture::MovedBytes> finish(std::span<std::byte> slot) override;
    void cancel() override;

  private:
    /// All that is lost with the device.
    struct Gpu {
        ComPtr<ID3D12Device> device;
        CopyQueue queue;
        ComPtr<ID3D12Resource> picture{};
        ComPtr<ID3D12Resource> region{};  ///< Null: the GPU does not write into it.
        ComPtr<ID3D12Resource> buffer{};  ///< Instead of it, as large as a frame.
        std::uint64_t buffer_bytes = 0;
    };

    struct Job {
        FrameGeometry geometry;
        std::uint64_t region_offset;
        std::vector<Rect> parts;
        bool is_direct;
    };

    enum class Stage : std::uint8_t { Idle, Copying, Copied };

    CopyQueueWriter(CopyQueueSystem system, NativeHandle wake)
        : system_(std::move(system)), wake_(wake) {}

    bool is_gone() const { return FAILED(system_.importer->removed_reason(*gpu_->device.Get())); }

    Result<void> open_gpu();
    Result<void> give_up_region(const std::string& why);
    Result<void> submit();
    Result<void> make_room();
    void record(ID3D12GraphicsCommandList& list) const;
    Result<std::uint64_t> read_buffer(std::span<std::byte> slot);

    CopyQueueSystem system_;
    const NativeHandle wake_;
    std::optional<Gpu> gpu_;  ///< Always there, but after an error.
    bool has_picture_ = false;
    Job job_{};
    Stage stage_ = Stage::Idle;
};

}  // namespace oriel::d3d12_capture
