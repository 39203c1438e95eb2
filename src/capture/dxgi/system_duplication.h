// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "capture/dxgi/duplication_factory.h"

namespace oriel::dxgi_capture {

/// The system's own duplication, and a device of the GPU that drives the screen.
struct SystemDuplication {
    std::unique_ptr<DuplicationFactory> factory;
    ComPtr<ID3D11Device> device;
    ComPtr<IDXGIAdapter1> adapter;
};

/// `output`: see find_screen(). Errors: there is none such, or no GPU drives it. Whether the screen
/// can be duplicated shows open().
Result<SystemDuplication> open_system_duplication(const std::string& output);

}  // namespace oriel::dxgi_capture
