// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "capture/dxgi/duplication_factory.h"
#include "capture/wgc/capture_runtime.h"
#include "capture/windows/screen.h"

namespace oriel::wgc_capture {

/// Captures a screen as though it were duplicated. The pointer is asked for by GDI; frames do not
/// show it, where Windows can leave it out (from Windows 10 2004 on).
std::unique_ptr<dxgi_capture::DuplicationFactory> make_capture_factory(
    std::shared_ptr<CaptureRuntime> runtime, const WindowsScreen& screen);

}  // namespace oriel::wgc_capture
