// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include <dxgi1_2.h>

#include "capture/wgc/capture_runtime.h"

namespace oriel::wgc_capture {

/// A capture that was begun.
struct RunningCapture {
    ComPtr<CaptureFramePool> pool;  ///< Free-threaded.
    ComPtr<CaptureSession> session;
    PictureSize size;  ///< Of the pool's textures.
    DXGI_FORMAT format = DXGI_FORMAT_UNKNOWN;
    std::uint32_t refresh_mhz = 0;  ///< 0: not told.
};

/// Frames of a capture as those of a duplicated desktop: always upright, without rectangles (all of
/// the picture counts as changed) and without a pointer. Of frames that wait the newest is taken.
/// Lost, as a duplication is by a change of modes, when a frame has another size, or when
/// `is_still_so`, asked a few times a second, says that the screen is not what it was.
///
/// The end of it is the capture's. Threads: one, and any for references.
ComPtr<IDXGIOutputDuplication> make_pool_duplication(RunningCapture capture,
                                                     std::function<bool()> is_still_so);

}  // namespace oriel::wgc_capture
