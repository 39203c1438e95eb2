// SPDX-License-Identifier: MIT
#include "capture/d3d12/device12.h"

#include <windows.h>

#include "capture/dxgi/com_error.h"

namespace oriel::d3d12_capture {

Result<ComPtr<ID3D12Device>> open_device12(IUnknown* adapter) {
    // Stays loaded: drivers leave threads behind.
    HMODULE const library = ::LoadLibraryExW(L"d3d12.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (library == nullptr) {
        return Failure(com_error("load d3d12.dll", HRESULT_FROM_WIN32(::GetLastError())));
    }
    // By way of void*: the compiler knows better than we what FARPROC is not.
    auto* const create = reinterpret_cast<PFN_D3D12_CREATE_DEVICE>(
        reinterpret_cast<void*>(::GetProcAddress(library, "D3D12CreateDevice")));
    if (create == nullptr) {
        return Failure(Error::unsupported("d3d12.dll has no D3D12CreateDevice"));
    }
    ComPtr<ID3D12Device> device;
    const HRESULT result = create(adapter, D3D_FEATURE_LEVEL_11_0, __uuidof(ID3D12Device), &device);
    if (FAILED(result)) {
        return Failure(com_error("open the GPU by Direct3D 12", result));
    }
    return device;
}

D3D12_RESOURCE_DESC buffer_of(std::uint64_t bytes, D3D12_RESOURCE_FLAGS flags) {
    return {.Dimension = D3D12_RESOURCE_DIMENSION_BUFFER,
            .Alignment = 0,
            .Width = bytes,
            .Height = 1,
            .DepthOrArraySize = 1,
            .MipLevels = 1,
            .Format = DXGI_FORMAT_UNKNOWN,
            .SampleDesc = {1, 0},
            .Layout = D3D12_TEXTURE_LAYOUT_ROW_MAJOR,
            .Flags = flags};
}

Result<ComPtr<ID3D12Resource>> make_buffer(ID3D12Device& device,
                                           D3D12_HEAP_TYPE heap,
                                           D3D12_RESOURCE_STATES state,
                                           std::uint64_t bytes) {
    D3D12_HEAP_PROPERTIES properties{};
    properties.Type = heap;
    const D3D12_RESOURCE_DESC description = buffer_of(bytes, D3D12_RESOURCE_FLAG_NONE);
    ComPtr<ID3D12Resource> buffer;
    const HRESULT result = device.CreateCommittedResource(&properties,
                                                          D3D12_HEAP_FLAG_NONE,
                                                          &description,
                                                          state,
                                                          nullptr,
                                                          __uuidof(ID3D12Resource),
                                                          &buffer);
    if (FAILED(result)) {
        return Failure(com_error("make a buffer", result));
    }
    return buffer;
}

}  // namespace oriel::d3d12_capture
