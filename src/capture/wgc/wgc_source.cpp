// SPDX-License-Identifier: MIT
#include "capture/wgc/wgc_source.h"

#include <utility>

#include "capture/dxgi/device11.h"
#include "capture/dxgi/duplication_source.h"
#include "capture/dxgi/staging_writer.h"
#include "capture/dxgi/system_output.h"
#include "capture/wgc/capture_factory.h"

namespace oriel {
namespace {

using dxgi_capture::ComPtr;

/// Of the GPU that drives the screen, else of the first: the system copies from one to the other.
Result<ComPtr<ID3D11Device>> open_device_for(const WindowsScreen& screen) {
    ComPtr<IDXGIFactory1> factory;
    if (SUCCEEDED(::CreateDXGIFactory1(IID_PPV_ARGS(&factory)))) {
        if (const auto found = dxgi_capture::find_output(*factory.Get(), screen.device)) {
            return dxgi_capture::open_device11(found->adapter.Get());
        }
    }
    return dxgi_capture::open_device11(nullptr);
}

}  // namespace

Result<std::unique_ptr<Source>> open_wgc_source(const std::string& screen) {
    ORIEL_TRY_ASSIGN(const WindowsScreen found, find_screen(screen));
    ORIEL_TRY_ASSIGN(auto runtime, wgc_capture::load_capture_runtime());
    ORIEL_TRY(wgc_capture::check_is_there(*runtime));
    ORIEL_TRY_ASSIGN(const ComPtr<ID3D11Device> device, open_device_for(found));
    return dxgi_capture::make_duplication_source(
        "wgc",
        wgc_capture::make_capture_factory(std::move(runtime), found),
        device,
        dxgi_capture::make_staging_writer);
}

}  // namespace oriel
