// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <wrl/client.h>

#include "base/result.h"
#include "capture/d3d12/d3d12_headers.h"

namespace oriel::d3d12_capture {

using Microsoft::WRL::ComPtr;

/// Makes memory that others mapped (the region in a device's BAR) a heap that the GPU writes into:
/// the calls of which any may refuse.
///
/// ID3D12Device3::OpenExistingHeapFromAddress() is there for diagnosis, on memory of
/// VirtualAlloc(); what a driver mapped works with some GPUs and not with others.
class HeapImporter {
  public:
    virtual ~HeapImporter() = default;
    HeapImporter(const HeapImporter&) = delete;
    HeapImporter& operator=(const HeapImporter&) = delete;

    virtual HRESULT open_heap(ID3D12Device& device, void* address, ComPtr<ID3D12Heap>& heap) = 0;

    /// A buffer from the heap's start on that the GPU copies into.
    virtual HRESULT place_buffer(ID3D12Device& device,
                                 ID3D12Heap& heap,
                                 std::uint64_t bytes,
                                 ComPtr<ID3D12Resource>& buffer) = 0;

    /// Why the device is gone; S_OK: it is not.
    virtual HRESULT removed_reason(ID3D12Device& device) = 0;

  protected:
    HeapImporter() = default;
};

class SystemHeapImporter final : public HeapImporter {
  public:
    HRESULT open_heap(ID3D12Device& device, void* address, ComPtr<ID3D12Heap>& heap) override;
    HRESULT place_buffer(ID3D12Device& device,
                         ID3D12Heap& heap,
                         std::uint64_t bytes,
                         ComPtr<ID3D12Resource>& buffer) override;
    HRESULT removed_reason(ID3D12Device& device) override;
};

/// All of the region as a buffer. Tries with a small one first: a system may hand one out and take
/// the whole device away for it.
/// Errors: it cannot be had. Whether the device survived that is to be asked then.
Result<ComPtr<ID3D12Resource>> import_region(HeapImporter& importer,
                                             ID3D12Device& device,
                                             std::span<std::byte> region);

}  // namespace oriel::d3d12_capture
