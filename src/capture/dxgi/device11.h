// SPDX-License-Identifier: MIT
#pragma once

#include <d3d11.h>
#include <dxgi.h>
#include <wrl/client.h>

#include "base/result.h"

namespace oriel::dxgi_capture {

/// A device of that GPU, which several threads may use; null: of the system's first.
Result<Microsoft::WRL::ComPtr<ID3D11Device>> open_device11(IDXGIAdapter* adapter);

}  // namespace oriel::dxgi_capture
