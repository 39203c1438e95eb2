// SPDX-License-Identifier: MIT
#include "capture/d3d12/copy_queue.h"

#include <windows.h>

#include "capture/dxgi/com_error.h"

namespace oriel::d3d12_capture {
namespace {

constexpr DWORD kHungMilliseconds = 1000;
constexpr auto kType = D3D12_COMMAND_LIST_TYPE_COPY;

}  // namespace

Result<CopyQueue> CopyQueue::make(ID3D12Device& device, NativeHandle wake) {
    CopyQueue made;
    made.wake_ = wake;
    made.waited_.reset(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
    const D3D12_COMMAND_QUEUE_DESC description{
        kType, D3D12_COMMAND_QUEUE_PRIORITY_HIGH, D3D12_COMMAND_QUEUE_FLAG_NONE, 0};
    HRESULT result = made.waited_ ? S_OK : E_OUTOFMEMORY;
    if (SUCCEEDED(result)) {
        result =
            device.CreateCommandQueue(&description, __uuidof(ID3D12CommandQueue), &made.queue_);
    }
    if (SUCCEEDED(result)) {
        result = device.CreateCommandAllocator(
            kType, __uuidof(ID3D12CommandAllocator), &made.allocator_);
    }
    if (SUCCEEDED(result)) {
        result = device.CreateCommandList(0,
                                          kType,
                                          made.allocator_.Get(),
                                          nullptr,
                                          __uuidof(ID3D12GraphicsCommandList),
                                          &made.list_);
    }
    if (SUCCEEDED(result)) {
        // A list is made open.
        result = made.list_->Close();
    }
    if (SUCCEEDED(result)) {
        result = device.CreateFence(0, D3D12_FENCE_FLAG_NONE, __uuidof(ID3D12Fence), &made.fence_);
    }
    if (FAILED(result)) {
        return Failure(com_error("make a queue for copies", result));
    }
    return made;
}

Result<void> CopyQueue::submit(const std::function<void(ID3D12GraphicsCommandList&)>& record) {
    HRESULT result = allocator_->Reset();
    if (SUCCEEDED(result)) {
        result = list_->Reset(allocator_.Get(), nullptr);
    }
    if (SUCCEEDED(result)) {
        record(*list_.Get());
        result = list_->Close();
    }
    if (SUCCEEDED(result)) {
        ID3D12CommandList* const list = list_.Get();
        queue_->ExecuteCommandLists(1, &list);
        result = queue_->Signal(fence_.Get(), ++submitted_);
    }
    if (SUCCEEDED(result) && wake_ != kNoHandle) {
        result = fence_->SetEventOnCompletion(submitted_, wake_);
    }
    if (FAILED(result)) {
        return Failure(com_error("have the GPU copy", result));
    }
    return {};
}

void CopyQueue::wait() {
    static_cast<void>(::ResetEvent(waited_.get()));
    if (!is_done() && SUCCEEDED(fence_->SetEventOnCompletion(submitted_, waited_.get()))) {
        static_cast<void>(::WaitForSingleObject(waited_.get(), kHungMilliseconds));
    }
}

}  // namespace oriel::d3d12_capture
