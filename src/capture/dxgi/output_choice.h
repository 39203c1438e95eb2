// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <dxgi1_6.h>
#include <wrl/client.h>

#include "base/result.h"

namespace oriel::dxgi_capture {

using Microsoft::WRL::ComPtr;

/// A screen that is part of the desktop, and the GPU that drives it.
struct SystemOutput {
    ComPtr<IDXGIAdapter1> adapter;
    ComPtr<IDXGIOutput> output;
    std::string name;       ///< "\\.\DISPLAY1".
    bool is_first = false;  ///< The desktop's (0, 0) is its corner: the primary one.
};

/// All of them, in the system's order.
std::vector<SystemOutput> system_outputs(IDXGIFactory1& factory);

/// Which of them `wanted` means: its number from 0 on, its name with or without "\\.\"; empty: the
/// primary one. Errors: NotFound, with what there is.
Result<std::uint32_t> choose_output(const std::vector<SystemOutput>& outputs,
                                    const std::string& wanted);

}  // namespace oriel::dxgi_capture
