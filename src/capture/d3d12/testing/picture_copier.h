// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "capture/d3d12/copy_queue.h"
#include "capture/d3d12/picture_bridge.h"

namespace oriel::test {

using Microsoft::WRL::ComPtr;

/// Wine ends a program that asks for Direct3D 12 where the host has no Vulkan driver.
bool is_direct3d12_missing();

/// What a test asks of Direct3D 12, and sees of it.
struct BridgeRecord {
    std::uint32_t drawings = 0;
    std::uint32_t copies = 0;
    std::uint32_t seen = 0;      ///< Devices that were shown the picture.
    bool holds_device = false;   ///< A device has parts of it.
    ComPtr<ID3D12Fence> gate{};  ///< Copies wait for its 1; null: for nothing.
};

/// A picture for both interfaces where the system shares none: it is copied by way of the CPU
/// before each use. Shows that whoever draws says so, and that nobody copies before.
class PictureCopier final : public d3d12_capture::PictureBridge {
  public:
    PictureCopier(ComPtr<ID3D11Device> device, BridgeRecord& record);

    Result<ComPtr<ID3D11Texture2D>> make_picture(Size size, DXGI_FORMAT format) override;
    Result<ComPtr<ID3D12Resource>> see_picture(ID3D12Device& device) override;
    void look_away() override;
    Result<void> after_drawing() override;
    Result<void> before_copying(ID3D12CommandQueue& queue) override;

  private:
    Result<void> load(ID3D11Texture2D& staging);

    ComPtr<ID3D11Device> device_;
    ComPtr<ID3D11DeviceContext> context_;
    BridgeRecord& record_;
    ComPtr<ID3D11Texture2D> picture_;
    ComPtr<ID3D11Texture2D> drawn_;  ///< As it was when somebody last said that it was drawn.
    ComPtr<ID3D12Resource> seen_;
    ComPtr<ID3D12Resource> upload_;
    D3D12_PLACED_SUBRESOURCE_FOOTPRINT footprint_{};
    std::optional<d3d12_capture::CopyQueue> queue_;
};

}  // namespace oriel::test
