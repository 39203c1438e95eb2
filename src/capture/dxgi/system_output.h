// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <dxgi1_6.h>
#include <wrl/client.h>

#include "base/result.h"

namespace oriel::dxgi_capture {

using Microsoft::WRL::ComPtr;

/// A screen, and the GPU that drives it.
struct SystemOutput {
    ComPtr<IDXGIAdapter1> adapter;
    ComPtr<IDXGIOutput> output;
};

/// `device`: "\\.\DISPLAY1". Errors: NotFound: no GPU drives it, as with drivers that draw by the
/// CPU.
Result<SystemOutput> find_output(IDXGIFactory1& factory, const std::wstring& device);

}  // namespace oriel::dxgi_capture
