// SPDX-License-Identifier: MIT
#include "capture/dxgi/texture.h"

#include <fmt/format.h>

#include "capture/dxgi/com_error.h"

namespace oriel::dxgi_capture {

D3D11_TEXTURE2D_DESC texture_of(Size size, DXGI_FORMAT format, D3D11_USAGE usage) {
    D3D11_TEXTURE2D_DESC description{};
    description.Width = size.width;
    description.Height = size.height;
    description.MipLevels = 1;
    description.ArraySize = 1;
    description.Format = format;
    description.SampleDesc.Count = 1;
    description.Usage = usage;
    if (usage == D3D11_USAGE_STAGING) {
        description.CPUAccessFlags = D3D11_CPU_ACCESS_READ;
    } else {
        description.BindFlags = D3D11_BIND_SHADER_RESOURCE | D3D11_BIND_RENDER_TARGET;
    }
    return description;
}

Result<ComPtr<ID3D11Texture2D>> make_texture(ID3D11Device& device,
                                             const D3D11_TEXTURE2D_DESC& description) {
    ComPtr<ID3D11Texture2D> texture;
    const HRESULT result = device.CreateTexture2D(&description, nullptr, &texture);
    if (FAILED(result)) {
        return Failure(com_error(
            fmt::format("make a texture of {}x{}", description.Width, description.Height), result));
    }
    return texture;
}

void copy_texture(ID3D11DeviceContext& context,
                  ID3D11Texture2D& to,
                  ID3D11Texture2D& from,
                  std::span<const Rect> parts) {
    for (const Rect& part : parts) {
        const D3D11_BOX box{part.x, part.y, 0, part.right(), part.bottom(), 1};
        context.CopySubresourceRegion(&to, 0, part.x, part.y, 0, &from, 0, &box);
    }
}

}  // namespace oriel::dxgi_capture
