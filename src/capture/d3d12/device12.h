// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <wrl/client.h>

#include "base/result.h"
#include "capture/d3d12/d3d12_headers.h"

namespace oriel::d3d12_capture {

using Microsoft::WRL::ComPtr;

/// A device of that adapter; null: the system's first. d3d12.dll is loaded for it, as not every
/// Windows has it.
Result<ComPtr<ID3D12Device>> open_device12(IUnknown* adapter);

D3D12_RESOURCE_DESC buffer_of(std::uint64_t bytes, D3D12_RESOURCE_FLAGS flags);

/// A buffer in memory of its own.
Result<ComPtr<ID3D12Resource>> make_buffer(ID3D12Device& device,
                                           D3D12_HEAP_TYPE heap,
                                           D3D12_RESOURCE_STATES state,
                                           std::uint64_t bytes);

}  // namespace oriel::d3d12_capture
