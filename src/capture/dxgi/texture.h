// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include <d3d11.h>
#include <wrl/client.h>

#include "base/result.h"
#include "relay/geometry.h"

namespace oriel::dxgi_capture {

using Microsoft::WRL::ComPtr;

/// A texture of one level. For staging ones the CPU may read.
D3D11_TEXTURE2D_DESC texture_of(Size size, DXGI_FORMAT format, D3D11_USAGE usage);

Result<ComPtr<ID3D11Texture2D>> make_texture(ID3D11Device& device,
                                             const D3D11_TEXTURE2D_DESC& description);

/// Has the GPU copy the parts to the same places. Returns at once.
void copy_texture(ID3D11DeviceContext& context,
                  ID3D11Texture2D& to,
                  ID3D11Texture2D& from,
                  std::span<const Rect> parts);

}  // namespace oriel::dxgi_capture
