// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>

#include <wrl/client.h>

#include "base/native_handle.h"
#include "base/result.h"
#include "capture/d3d12/d3d12_headers.h"

namespace oriel::d3d12_capture {

using Microsoft::WRL::ComPtr;

/// A queue for copies, one list of commands at a time.
/// Threads: one.
class CopyQueue {
  public:
    /// `wake`, an event, is set when a list is done; kNoHandle: nobody is told.
    static Result<CopyQueue> make(ID3D12Device& device, NativeHandle wake);

    ID3D12CommandQueue& raw() const { return *queue_.Get(); }

    /// The one before is done. Errors: the driver's.
    Result<void> submit(const std::function<void(ID3D12GraphicsCommandList&)>& record);

    /// Also once the device is gone.
    bool is_done() const { return fence_->GetCompletedValue() >= submitted_; }

    /// Blocks: until it is done; a second at most, which only a hung GPU takes.
    void wait();

  private:
    CopyQueue() = default;

    ComPtr<ID3D12CommandQueue> queue_;
    ComPtr<ID3D12CommandAllocator> allocator_;
    ComPtr<ID3D12GraphicsCommandList> list_;
    ComPtr<ID3D12Fence> fence_;
    OwnedHandle waited_;
    NativeHandle wake_ = kNoHandle;
    std::uint64_t submitted_ = 0;
};

}  // namespace oriel::d3d12_capture
