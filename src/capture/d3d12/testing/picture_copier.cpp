// SPDX-License-Identifier: MIT
#include "capture/d3d12/testing/picture_copier.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include <windows.h>

#include "capture/d3d12/device12.h"
#include "capture/dxgi/com_error.h"
#include "capture/dxgi/texture.h"

namespace oriel::test {

using namespace d3d12_capture;

namespace {

D3D12_RESOURCE_DESC texture_like(ID3D11Texture2D& texture) {
    D3D11_TEXTURE2D_DESC from{};
    texture.GetDesc(&from);
    return {.Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE2D,
            .Alignment = 0,
            .Width = from.Width,
            .Height = from.Height,
            .DepthOrArraySize = 1,
            .MipLevels = 1,
            .Format = from.Format,
            .SampleDesc = {1, 0},
            .Layout = D3D12_TEXTURE_LAYOUT_UNKNOWN,
            .Flags = D3D12_RESOURCE_FLAG_NONE};
}

}  // namespace

bool is_direct3d12_missing() {
    const bool is_wine =
        ::GetProcAddress(::GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
    const auto is_there = [](const wchar_t* folder) {
        return ::GetFileAttributesW(folder) != INVALID_FILE_ATTRIBUTES;
    };
    return is_wine && !is_there(LR"(Z:\usr\share\vulkan\icd.d)") &&
           !is_there(LR"(Z:\etc\vulkan\icd.d)");
}

PictureCopier::PictureCopier(ComPtr<ID3D11Device> device, BridgeRecord& record)
    : device_(std::move(device)), record_(record) {
    device_->GetImmediateContext(&context_);
}

Result<ComPtr<ID3D11Texture2D>> PictureCopier::make_picture(Size size, DXGI_FORMAT format) {
    using namespace dxgi_capture;
    ORIEL_TRY_ASSIGN(picture_,
                     make_texture(*device_.Get(), texture_of(size, format, D3D11_USAGE_DEFAULT)));
    ORIEL_TRY_ASSIGN(drawn_,
                     make_texture(*device_.Get(), texture_of(size, format, D3D11_USAGE_STAGING)));
    return picture_;
}

Result<ComPtr<ID3D12Resource>> PictureCopier::see_picture(ID3D12Device& device) {
    ++record_.seen;
    record_.holds_device = true;
    D3D12_HEAP_PROPERTIES properties{};
    properties.Type = D3D12_HEAP_TYPE_DEFAULT;
    const D3D12_RESOURCE_DESC description = texture_like(*picture_.Get());
    seen_.Reset();
    const HRESULT result = device.CreateCommittedResource(&properties,
                                                          D3D12_HEAP_FLAG_NONE,
                                                          &description,
                                                          D3D12_RESOURCE_STATE_COMMON,
                                                          nullptr,
                                                          __uuidof(ID3D12Resource),
                                                          &seen_);
    if (FAILED(result)) {
        return Failure(com_error("make a texture by Direct3D 12", result));
    }
    UINT64 bytes = 0;
    device.GetCopyableFootprints(&description, 0, 1, 0, &footprint_, nullptr, nullptr, &bytes);
    ORIEL_TRY_ASSIGN(
        upload_,
        make_buffer(device, D3D12_HEAP_TYPE_UPLOAD, D3D12_RESOURCE_STATE_GENERIC_READ, bytes));
    ORIEL_TRY_ASSIGN(queue_, CopyQueue::make(device, kNoHandle));
    return seen_;
}

void PictureCopier::look_away() {
    record_.holds_device = false;
    queue_.reset();
    upload_.Reset();
    seen_.Reset();
}

Result<void> PictureCopier::after_drawing() {
    ++record_.drawings;
    context_->CopyResource(drawn_.Get(), picture_.Get());
    return {};
}

Result<void> PictureCopier::before_copying(ID3D12CommandQueue& queue) {
    ++record_.copies;
    ORIEL_TRY(load(*drawn_.Get()));
    ORIEL_TRY(queue_->submit([this](ID3D12GraphicsCommandList& list) {
        D3D12_TEXTURE_COPY_LOCATION from{};
        from.pResource = upload_.Get();
        from.Type = D3D12_TEXTURE_COPY_TYPE_PLACED_FOOTPRINT;
        from.PlacedFootprint = footprint_;
        D3D12_TEXTURE_COPY_LOCATION to{};
        to.pResource = seen_.Get();
        to.Type = D3D12_TEXTURE_COPY_TYPE_SUBRESOURCE_INDEX;
        D3D12_RESOURCE_BARRIER barrier{};
        barrier.Type = D3D12_RESOURCE_BARRIER_TYPE_TRANSITION;
        barrier.Transition = {
            seen_.Get(), 0, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_DEST};
        list.ResourceBarrier(1, &barrier);
        list.CopyTextureRegion(&to, 0, 0, 0, &from, nullptr);
        std::swap(barrier.Transition.StateBefore, barrier.Transition.StateAfter);
        list.ResourceBarrier(1, &barrier);
    }));
    queue_->wait();
    if (record_.gate) {
        queue.Wait(record_.gate.Get(), 1);
    }
    return {};
}

Result<void> PictureCopier::load(ID3D11Texture2D& staging) {
    D3D11_MAPPED_SUBRESOURCE from{};
    void* to = nullptr;
    if (FAILED(context_->Map(&staging, 0, D3D11_MAP_READ, 0, &from)) ||
        FAILED(upload_->Map(0, nullptr, &to))) {
        return Failure(com_error("map the test's picture", E_FAIL));
    }
    const auto& shape = footprint_.Footprint;
    const std::size_t bytes = std::min<std::size_t>(shape.RowPitch, from.RowPitch);
    for (UINT y = 0; y < shape.Height; ++y) {
        std::memcpy(static_cast<std::byte*>(to) + std::size_t{y} * shape.RowPitch,
                    static_cast<const std::byte*>(from.pData) + std::size_t{y} * from.RowPitch,
                    bytes);
    }
    upload_->Unmap(0, nullptr);
    context_->Unmap(&staging, 0);
    return {};
}

}  // namespace oriel::test
