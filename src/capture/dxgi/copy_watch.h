// SPDX-License-Identifier: MIT
#pragma once

#include <d3d11.h>
#include <dxgi1_2.h>
#include <wrl/client.h>

#include "base/native_handle.h"

namespace oriel::dxgi_capture {

/// What the CPU asks of the GPU's copies: whether they are done. A test may delay it.
class CopyWatch {
  public:
    virtual ~CopyWatch() = default;
    CopyWatch(const CopyWatch&) = delete;
    CopyWatch& operator=(const CopyWatch&) = delete;

    /// Sets the event when all that was given to the device so far is done. A failure: it never
    /// does.
    virtual HRESULT tell_when_done(ID3D11Device& device, NativeHandle event) = 0;

    /// DXGI_ERROR_WAS_STILL_DRAWING: what was copied into it is not there yet.
    virtual HRESULT try_map(ID3D11DeviceContext& context,
                            ID3D11Texture2D& texture,
                            D3D11_MAPPED_SUBRESOURCE& mapped) = 0;

  protected:
    CopyWatch() = default;
};

class SystemCopyWatch final : public CopyWatch {
  public:
    /// Windows 8 and later; Wine has the call and refuses it.
    HRESULT tell_when_done(ID3D11Device& device, NativeHandle event) override {
        Microsoft::WRL::ComPtr<IDXGIDevice2> newer;
        const HRESULT result = device.QueryInterface(IID_PPV_ARGS(&newer));
        return FAILED(result) ? result : newer->EnqueueSetEvent(event);
    }

    HRESULT try_map(ID3D11DeviceContext& context,
                    ID3D11Texture2D& texture,
                    D3D11_MAPPED_SUBRESOURCE& mapped) override {
        return context.Map(&texture, 0, D3D11_MAP_READ, D3D11_MAP_FLAG_DO_NOT_WAIT, &mapped);
    }
};

}  // namespace oriel::dxgi_capture
