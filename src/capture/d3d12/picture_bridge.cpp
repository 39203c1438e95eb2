// SPDX-License-Identifier: MIT
#include "capture/d3d12/picture_bridge.h"

#include <dxgi1_2.h>
#include <windows.h>

#include "capture/dxgi/com_error.h"
#include "capture/dxgi/texture.h"

namespace oriel::d3d12_capture {

Result<std::unique_ptr<PictureBridge>> SharedPictureBridge::make(
    const ComPtr<ID3D11Device>& device) {
    std::unique_ptr<SharedPictureBridge> bridge(new SharedPictureBridge);
    bridge->device_ = device;
    ComPtr<ID3D11Device5> newer;
    ComPtr<ID3D11DeviceContext> context;
    device->GetImmediateContext(&context);
    HRESULT result = device.As(&newer);
    if (SUCCEEDED(result)) {
        result = context.As(&bridge->context_);
    }
    if (SUCCEEDED(result)) {
        result =
            newer->CreateFence(0, D3D11_FENCE_FLAG_SHARED, __uuidof(ID3D11Fence), &bridge->fence_);
    }
    HANDLE handle = nullptr;
    if (SUCCEEDED(result)) {
        result = bridge->fence_->CreateSharedHandle(nullptr, GENERIC_ALL, nullptr, &handle);
    }
    if (FAILED(result)) {
        return Failure(com_error("share a fence between Direct3D 11 and 12", result));
    }
    bridge->fence_handle_.reset(handle);
    return bridge;
}

Result<ComPtr<ID3D11Texture2D>> SharedPictureBridge::make_picture(Size size, DXGI_FORMAT format) {
    picture_handle_.reset();
    D3D11_TEXTURE2D_DESC description = dxgi_capture::texture_of(size, format, D3D11_USAGE_DEFAULT);
    description.MiscFlags = D3D11_RESOURCE_MISC_SHARED | D3D11_RESOURCE_MISC_SHARED_NTHANDLE;
    ORIEL_TRY_ASSIGN(ComPtr<ID3D11Texture2D> picture,
                     dxgi_capture::make_texture(*device_.Get(), description));
    ComPtr<IDXGIResource1> resource;
    HRESULT result = picture.As(&resource);
    HANDLE handle = nullptr;
    if (SUCCEEDED(result)) {
        result = resource->CreateSharedHandle(nullptr, DXGI_SHARED_RESOURCE_READ, nullptr, &handle);
    }
    if (FAILED(result)) {
        return Failure(com_error("share the picture between Direct3D 11 and 12", result));
    }
    picture_handle_.reset(handle);
    return picture;
}

Result<ComPtr<ID3D12Resource>> SharedPictureBridge::see_picture(ID3D12Device& device) {
    ComPtr<ID3D12Resource> picture;
    HRESULT result =
        device.OpenSharedHandle(picture_handle_.get(), __uuidof(ID3D12Resource), &picture);
    if (SUCCEEDED(result)) {
        result = device.OpenSharedHandle(fence_handle_.get(), __uuidof(ID3D12Fence), &seen_fence_);
    }
    if (FAILED(result)) {
        return Failure(com_error("see the picture from Direct3D 12", result));
    }
    return picture;
}

Result<void> SharedPictureBridge::after_drawing() {
    const HRESULT result = context_->Signal(fence_.Get(), ++drawn_);
    if (FAILED(result)) {
        return Failure(com_error("tell Direct3D 12 of a drawing", result));
    }
    return {};
}

Result<void> SharedPictureBridge::before_copying(ID3D12CommandQueue& queue) {
    const HRESULT result = queue.Wait(seen_fence_.Get(), drawn_);
    if (FAILED(result)) {
        return Failure(com_error("wait for Direct3D 11's drawing", result));
    }
    return {};
}

}  // namespace oriel::d3d12_capture
