// SPDX-License-Identifier: MIT
#include "capture/d3d12/heap_importer.h"

#include <algorithm>

#include "capture/d3d12/device12.h"
#include "capture/dxgi/com_error.h"

namespace oriel::d3d12_capture {
namespace {

constexpr std::uint64_t kTrialBytes = 1 << 20;

Result<ComPtr<ID3D12Resource>> place(HeapImporter& importer,
                                     ID3D12Device& device,
                                     ID3D12Heap& heap,
                                     std::uint64_t bytes) {
    ComPtr<ID3D12Resource> buffer;
    if (const HRESULT result = importer.place_buffer(device, heap, bytes, buffer); FAILED(result)) {
        return Failure(com_error("place a buffer in the region", result));
    }
    if (const HRESULT reason = importer.removed_reason(device); FAILED(reason)) {
        return Failure(com_error("keep the GPU with a buffer in the region", reason));
    }
    return buffer;
}

}  // namespace

HRESULT SystemHeapImporter::open_heap(ID3D12Device& device,
                                      void* address,
                                      ComPtr<ID3D12Heap>& heap) {
    ComPtr<ID3D12Device3> newer;
    const HRESULT result = device.QueryInterface(__uuidof(ID3D12Device3), &newer);
    return FAILED(result)
               ? result
               : newer->OpenExistingHeapFromAddress(address, __uuidof(ID3D12Heap), &heap);
}

HRESULT SystemHeapImporter::place_buffer(ID3D12Device& device,
                                         ID3D12Heap& heap,
                                         std::uint64_t bytes,
                                         ComPtr<ID3D12Resource>& buffer) {
    // Heaps of this kind are shared among adapters, and refuse what is not.
    const D3D12_RESOURCE_DESC description =
        buffer_of(bytes, D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER);
    return device.CreatePlacedResource(&heap,
                                       0,
                                       &description,
                                       D3D12_RESOURCE_STATE_COPY_DEST,
                                       nullptr,
                                       __uuidof(ID3D12Resource),
                                       &buffer);
}

HRESULT SystemHeapImporter::removed_reason(ID3D12Device& device) {
    return device.GetDeviceRemovedReason();
}

Result<ComPtr<ID3D12Resource>> import_region(HeapImporter& importer,
                                             ID3D12Device& device,
                                             std::span<std::byte> region) {
    ComPtr<ID3D12Heap> heap;
    if (const HRESULT result = importer.open_heap(device, region.data(), heap); FAILED(result)) {
        return Failure(com_error("open the region as a heap of the GPU's", result));
    }
    const std::uint64_t bytes = region.size();
    ORIEL_TRY(place(importer, device, *heap.Get(), std::min(bytes, kTrialBytes)));
    return place(importer, device, *heap.Get(), bytes);
}

}  // namespace oriel::d3d12_capture
