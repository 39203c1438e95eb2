// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <d3d11.h>
#include <wrl/client.h>

#include "base/result.h"
#include "capture/wgc/interfaces.h"

namespace oriel::wgc_capture {

using Microsoft::WRL::ComPtr;

/// What of the Windows Runtime a capture begins with. Threads: any.
class CaptureRuntime {
  public:
    virtual ~CaptureRuntime() = default;
    CaptureRuntime(const CaptureRuntime&) = delete;
    CaptureRuntime& operator=(const CaptureRuntime&) = delete;

    /// `factory`: of the class of that name, "Windows.Graphics.Capture.GraphicsCaptureItem".
    virtual HRESULT activate(const wchar_t* class_name, REFIID id, void** factory) = 0;

    /// The device as the runtime's classes take it.
    virtual HRESULT wrap(ID3D11Device& device, ComPtr<CaptureDevice>& wrapped) = 0;

  protected:
    CaptureRuntime() = default;
};

/// The system's own, loaded now. Keeps the process's multi-threaded apartment for as long as it
/// lives, so that threads need not say that they are in it.
/// Errors: Unsupported: this Windows has none.
Result<std::shared_ptr<CaptureRuntime>> load_capture_runtime();

/// Whether screens can be captured at all. Errors: Unsupported, System: why not.
Result<void> check_is_there(CaptureRuntime& runtime);

/// A call's refusal. `action`: as com_error() has it.
Error capture_error(const std::string& action, HRESULT result);

/// The names that a runtime is asked for.
constexpr const wchar_t* kSessionClass = L"Windows.Graphics.Capture.GraphicsCaptureSession";
constexpr const wchar_t* kItemClass = L"Windows.Graphics.Capture.GraphicsCaptureItem";
constexpr const wchar_t* kPoolClass = L"Windows.Graphics.Capture.Direct3D11CaptureFramePool";

}  // namespace oriel::wgc_capture
