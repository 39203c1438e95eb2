// SPDX-License-Identifier: MIT
#include "capture/dxgi/device11.h"

#include <array>

#include <d3d11_4.h>

#include "capture/dxgi/com_error.h"

namespace oriel::dxgi_capture {

using Microsoft::WRL::ComPtr;

Result<ComPtr<ID3D11Device>> open_device11(IDXGIAdapter* adapter) {
    constexpr std::array kLevels{D3D_FEATURE_LEVEL_11_1,
                                 D3D_FEATURE_LEVEL_11_0,
                                 D3D_FEATURE_LEVEL_10_1,
                                 D3D_FEATURE_LEVEL_10_0};
    ComPtr<ID3D11Device> device;
    const HRESULT result =
        ::D3D11CreateDevice(adapter,
                            adapter != nullptr ? D3D_DRIVER_TYPE_UNKNOWN : D3D_DRIVER_TYPE_HARDWARE,
                            nullptr,
                            D3D11_CREATE_DEVICE_BGRA_SUPPORT,
                            kLevels.data(),
                            kLevels.size(),
                            D3D11_SDK_VERSION,
                            &device,
                            nullptr,
                            nullptr);
    if (FAILED(result)) {
        return Failure(com_error("open the GPU by Direct3D 11", result));
    }
    // One thread waits for the next frame while another copies.
    ComPtr<ID3D11Multithread> multithread;
    if (SUCCEEDED(device.As(&multithread))) {
        multithread->SetMultithreadProtected(TRUE);
    }
    return device;
}

}  // namespace oriel::dxgi_capture
