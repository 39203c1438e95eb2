// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include <d3d11_4.h>
#include <wrl/client.h>

#include "base/native_handle.h"
#include "base/result.h"
#include "capture/d3d12/d3d12_headers.h"
#include "relay/geometry.h"

namespace oriel::d3d12_capture {

using Microsoft::WRL::ComPtr;

/// The picture as two programming interfaces see it: Direct3D 11 draws it, as Desktop Duplication
/// wants that, and Direct3D 12 copies out of it.
/// Threads: one.
class PictureBridge {
  public:
    virtual ~PictureBridge() = default;
    PictureBridge(const PictureBridge&) = delete;
    PictureBridge& operator=(const PictureBridge&) = delete;

    /// Gives the former one up, on both sides.
    virtual Result<ComPtr<ID3D11Texture2D>> make_picture(Size size, DXGI_FORMAT format) = 0;

    /// The same pixels for a device of the same GPU, in the state COMMON.
    virtual Result<ComPtr<ID3D12Resource>> see_picture(ID3D12Device& device) = 0;

    /// Gives up what belongs to that device: one that is gone stays while anybody has a part of it.
    virtual void look_away() = 0;

    /// Commands that drew the picture were given to Direct3D 11's context.
    virtual Result<void> after_drawing() = 0;

    /// What is given to the queue next waits until they are done.
    virtual Result<void> before_copying(ID3D12CommandQueue& queue) = 0;

  protected:
    PictureBridge() = default;
};

/// By a shared texture and a shared fence (Windows 10 1703).
class SharedPictureBridge final : public PictureBridge {
  public:
    /// Errors: the system knows no fences in Direct3D 11.
    static Result<std::unique_ptr<PictureBridge>> make(const ComPtr<ID3D11Device>& device);

    Result<ComPtr<ID3D11Texture2D>> make_picture(Size size, DXGI_FORMAT format) override;
    Result<ComPtr<ID3D12Resource>> see_picture(ID3D12Device& device) override;

    void look_away() override { seen_fence_.Reset(); }

    Result<void> after_drawing() override;
    Result<void> before_copying(ID3D12CommandQueue& queue) override;

  private:
    SharedPictureBridge() = default;

    ComPtr<ID3D11Device> device_;
    ComPtr<ID3D11DeviceContext4> context_;
    ComPtr<ID3D11Fence> fence_;
    OwnedHandle fence_handle_;
    OwnedHandle picture_handle_;
    ComPtr<ID3D12Fence> seen_fence_;
    std::uint64_t drawn_ = 0;
};

}  // namespace oriel::d3d12_capture
