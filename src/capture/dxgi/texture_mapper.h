// SPDX-License-Identifier: MIT
#pragma once

#include <d3d11.h>

namespace oriel::dxgi_capture {

/// Makes textures readable to the CPU: ID3D11DeviceContext::Map(), which a test may delay.
class TextureMapper {
  public:
    virtual ~TextureMapper() = default;
    TextureMapper(const TextureMapper&) = delete;
    TextureMapper& operator=(const TextureMapper&) = delete;

    /// DXGI_ERROR_WAS_STILL_DRAWING: what was copied into it is not there yet.
    virtual HRESULT try_map(ID3D11DeviceContext& context,
                            ID3D11Texture2D& texture,
                            D3D11_MAPPED_SUBRESOURCE& mapped) = 0;

  protected:
    TextureMapper() = default;
};

class SystemTextureMapper final : public TextureMapper {
  public:
    HRESULT try_map(ID3D11DeviceContext& context,
                    ID3D11Texture2D& texture,
                    D3D11_MAPPED_SUBRESOURCE& mapped) override {
        return context.Map(&texture, 0, D3D11_MAP_READ, D3D11_MAP_FLAG_DO_NOT_WAIT, &mapped);
    }
};

}  // namespace oriel::dxgi_capture
