// SPDX-License-Identifier: MIT
#include <bit>

#include <windows.h>

// After windows.h, which they need.
#include <dxgi.h>
#include <wrl/client.h>

#include "base/windows/wide_text.h"
#include "guest/windows/doctor_facts.h"

namespace oriel {
namespace {

using Microsoft::WRL::ComPtr;

/// Loaded here, as the doctor has to speak on a machine without any graphics, too.
ComPtr<IDXGIFactory1> open_factory() {
    using CreateFactory = HRESULT WINAPI(REFIID, void**);
    ComPtr<IDXGIFactory1> factory;
    const HMODULE dxgi = ::LoadLibraryExW(L"dxgi.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (dxgi == nullptr) {
        return factory;
    }
    if (const FARPROC function = ::GetProcAddress(dxgi, "CreateDXGIFactory1")) {
        static_cast<void>(std::bit_cast<CreateFactory*>(function)(
            IID_IDXGIFactory1, reinterpret_cast<void**>(factory.GetAddressOf())));
    }
    return factory;
}

std::uint32_t count_screens(IDXGIAdapter1& adapter) {
    std::uint32_t screens = 0;
    ComPtr<IDXGIOutput> output;
    while (adapter.EnumOutputs(screens, output.ReleaseAndGetAddressOf()) == S_OK) {
        ++screens;
    }
    return screens;
}

}  // namespace

std::vector<DoctorFacts::Adapter> find_adapters() {
    std::vector<DoctorFacts::Adapter> adapters;
    const ComPtr<IDXGIFactory1> factory = open_factory();
    if (!factory) {
        return adapters;
    }
    ComPtr<IDXGIAdapter1> adapter;
    for (UINT i = 0; factory->EnumAdapters1(i, adapter.ReleaseAndGetAddressOf()) == S_OK; ++i) {
        DXGI_ADAPTER_DESC1 told{};
        if (adapter->GetDesc1(&told) != S_OK) {
            continue;
        }
        adapters.push_back({.name = to_utf8(told.Description),
                            .vendor = told.VendorId,
                            .device = told.DeviceId,
                            .screens = count_screens(*adapter.Get())});
    }
    return adapters;
}

}  // namespace oriel
