// SPDX-License-Identifier: MIT
#include "capture/d3d12/copy_queue_writer.h"

#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "capture/d3d12/device12.h"
#include "capture/dxgi/com_error.h"
#include "capture/dxgi/texture_format.h"

namespace oriel::d3d12_capture {

using dxgi_capture::MovedBytes;
using dxgi_capture::SlotWriter;

namespace {

D3D12_RESOURCE_BARRIER transition(ID3D12Resource& resource,
                                  D3D12_RESOURCE_STATES before,
                                  D3D12_RESOURCE_STATES after) {
    D3D12_RESOURCE_BARRIER barrier{};
    barrier.Type = D3D12_RESOURCE_BARRIER_TYPE_TRANSITION;
    barrier.Transition = {&resource, 0, before, after};
    return barrier;
}

std::uint64_t bytes_of(const FrameGeometry& geometry, std::span<const Rect> parts) {
    std::uint64_t pixels = 0;
    for (const Rect& part : parts) {
        pixels += part.area();
    }
    return pixels * bytes_per_pixel(geometry.format);
}

}  // namespace

Result<std::unique_ptr<SlotWriter>> CopyQueueWriter::make(CopyQueueSystem system,
                                                          NativeHandle wake) {
    std::unique_ptr<CopyQueueWriter> writer(new CopyQueueWriter(std::move(system), wake));
    ORIEL_TRY(writer->open_gpu());
    return writer;
}

std::string CopyQueueWriter::way() const {
    return gpu_ && gpu_->region ? "direct3d 12, straight into the region" : "direct3d 12";
}

Result<void> CopyQueueWriter::open_gpu() {
    // One that is gone stays the system's answer as long as somebody has a part of it.
    system_.bridge->look_away();
    gpu_.reset();
    ORIEL_TRY_ASSIGN(ComPtr<ID3D12Device> device, system_.open_device());
    ORIEL_TRY_ASSIGN(CopyQueue queue, CopyQueue::make(*device.Get(), wake_));
    gpu_.emplace(Gpu{.device = std::move(device), .queue = std::move(queue)});
    if (has_picture_) {
        ORIEL_TRY_ASSIGN(gpu_->picture, system_.bridge->see_picture(*gpu_->device.Get()));
    }
    return {};
}

Result<void> CopyQueueWriter::bind_region(std::span<std::byte> memory) {
    cancel();
    if (!gpu_) {
        ORIEL_TRY(open_gpu());
    }
    gpu_->region.Reset();
    auto region = import_region(*system_.importer, *gpu_->device.Get(), memory);
    if (!region) {
        return give_up_region(region.error().message);
    }
    gpu_->region = std::move(*region);
    return {};
}

Result<void> CopyQueueWriter::give_up_region(const std::string& why) {
    log(LogLevel::Warning, "the GPU does not write into the region itself, the CPU copies: " + why);
    gpu_->region.Reset();
    return is_gone() ? open_gpu() : Result<void>();
}

Result<ComPtr<ID3D11Texture2D>> CopyQueueWriter::make_picture(Size size, DXGI_FORMAT format) {
    cancel();
    gpu_->picture.Reset();
    has_picture_ = false;
    ORIEL_TRY_ASSIGN(ComPtr<ID3D11Texture2D> picture, system_.bridge->make_picture(size, format));
    ORIEL_TRY_ASSIGN(gpu_->picture, system_.bridge->see_picture(*gpu_->device.Get()));
    has_picture_ = true;
    return picture;
}

Result<void> CopyQueueWriter::begin(const FrameGeometry& geometry,
                                    std::uint64_t region_offset,
                                    std::span<const Rect> parts) {
    ORIEL_ASSERT(stage_ == Stage::Idle && has_picture_);
    job_ = {geometry, region_offset, {parts.begin(), parts.end()}, false};
    auto submitted = submit();
    if (!submitted && job_.is_direct) {
        ORIEL_TRY(give_up_region(submitted.error().message));
        submitted = submit();
    }
    return submitted;
}

Result<void> CopyQueueWriter::submit() {
    job_.is_direct =
        gpu_->region != nullptr && job_.region_offset % D3D12_TEXTURE_DATA_PLACEMENT_ALIGNMENT == 0;
    if (!job_.is_direct) {
        ORIEL_TRY(make_room());
    }
    ORIEL_TRY(system_.bridge->before_copying(gpu_->queue.raw()));
    ORIEL_TRY(gpu_->queue.submit([this](ID3D12GraphicsCommandList& list) { record(list); }));
    stage_ = Stage::Copying;
    return {};
}

Result<void> CopyQueueWriter::make_room() {
    const std::uint64_t bytes = std::uint64_t{job_.geometry.stride} * job_.geometry.size.height;
    if (gpu_->buffer && gpu_->buffer_bytes >= bytes) {
        return {};
    }
    ORIEL_TRY_ASSIGN(
        gpu_->buffer,
        make_buffer(
            *gpu_->device.Get(), D3D12_HEAP_TYPE_READBACK, D3D12_RESOURCE_STATE_COPY_DEST, bytes));
    gpu_->buffer_bytes = bytes;
    return {};
}

void CopyQueueWriter::record(ID3D12GraphicsCommandList& list) const {
    const FrameGeometry& geometry = job_.geometry;
    ID3D12Resource& picture = *gpu_->picture.Get();
    D3D12_TEXTURE_COPY_LOCATION from{};
    from.pResource = &picture;
    from.Type = D3D12_TEXTURE_COPY_TYPE_SUBRESOURCE_INDEX;
    D3D12_TEXTURE_COPY_LOCATION to{};
    to.pResource = job_.is_direct ? gpu_->region.Get() : gpu_->buffer.Get();
    to.Type = D3D12_TEXTURE_COPY_TYPE_PLACED_FOOTPRINT;
    to.PlacedFootprint = {job_.is_direct ? job_.region_offset : 0,
                          {dxgi_capture::dxgi_format(geometry.format),
                           geometry.size.width,
                           geometry.size.height,
                           1,
                           geometry.stride}};
    const auto begin =
        transition(picture, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_SOURCE);
    const auto end =
        transition(picture, D3D12_RESOURCE_STATE_COPY_SOURCE, D3D12_RESOURCE_STATE_COMMON);
    list.ResourceBarrier(1, &begin);
    for (const Rect& part : job_.parts) {
        const D3D12_BOX box{part.x, part.y, 0, part.right(), part.bottom(), 1};
        list.CopyTextureRegion(&to, part.x, part.y, 0, &from, &box);
    }
    list.ResourceBarrier(1, &end);
}

Result<SlotWriter::Progress> CopyQueueWriter::poll() {
    if (stage_ == Stage::Copying && gpu_->queue.is_done()) {
        stage_ = Stage::Copied;
        if (is_gone()) {
            stage_ = Stage::Idle;
            const Error gone = com_error("copy by Direct3D 12",
                                         system_.importer->removed_reason(*gpu_->device.Get()));
            if (!job_.is_direct) {
                return Failure(gone);
            }
            ORIEL_TRY(give_up_region(gone.message));
            ORIEL_TRY(submit());
        }
    }
    return stage_ == Stage::Copied ? Progress::Done : Progress::UnderWay;
}

Result<MovedBytes> CopyQueueWriter::finish(std::span<std::byte> slot) {
    ORIEL_ASSERT(stage_ == Stage::Copied && slot.size() >= job_.geometry.bytes());
    stage_ = Stage::Idle;
    if (job_.is_direct) {
        const std::uint64_t bytes = bytes_of(job_.geometry, job_.parts);
        return MovedBytes{.all = bytes, .by_gpu = bytes};
    }
    ORIEL_TRY_ASSIGN(const std::uint64_t bytes, read_buffer(slot));
    return MovedBytes{.all = bytes, .by_gpu = 0};
}

Result<std::uint64_t> CopyQueueWriter::read_buffer(std::span<std::byte> slot) {
    void* from = nullptr;
    const D3D12_RANGE read{0, static_cast<SIZE_T>(job_.geometry.bytes())};
    if (const HRESULT result = gpu_->buffer->Map(0, &read, &from); FAILED(result)) {
        return Failure(com_error("read what the GPU copied", result));
    }
    const std::uint64_t bytes = dxgi_capture::copy_parts(
        static_cast<const std::byte*>(from), job_.geometry.stride, job_.geometry, job_.parts, slot);
    const D3D12_RANGE nothing{};
    gpu_->buffer->Unmap(0, &nothing);
    return bytes;
}

void CopyQueueWriter::cancel() {
    if (stage_ == Stage::Copying) {
        gpu_->queue.wait();
    }
    stage_ = Stage::Idle;
}

}  // namespace oriel::d3d12_capture
