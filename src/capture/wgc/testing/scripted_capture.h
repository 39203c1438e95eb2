// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "capture/dxgi/testing/scripted_screen.h"
#include "capture/wgc/capture_runtime.h"

namespace oriel::test {

/// What a test's Windows.Graphics.Capture did and saw.
struct CaptureRecord {
    std::uint32_t sessions = 0;  ///< Started.
    std::uint32_t alive = 0;     ///< Objects.
    std::uint32_t frames = 0;    ///< Handed out.
    std::uint32_t closed_frames = 0;
    std::uint32_t closed_pools = 0;
    std::uint32_t closed_sessions = 0;
    std::uint32_t lent = 0;  ///< Handed out and not closed.
    std::uint32_t most_lent = 0;
    bool is_cursor_left_out = false;
    bool is_border_left_out = false;
    DXGI_FORMAT format = DXGI_FORMAT_UNKNOWN;  ///< Of the newest pool.
    HMONITOR monitor = nullptr;                ///< Of the newest item.
};

/// A screen that a runtime of the tests' own captures, on a real Direct3D 11 device.
///
/// Threads: any.
class ScriptedCapture {
  public:
    ScriptedCapture(ComPtr<ID3D11Device> device, const ModelPicture& picture);

    std::shared_ptr<wgc_capture::CaptureRuntime> runtime() const;

    /// A frame more for whoever captures.
    void paint(const Rect& rect, std::uint32_t seed);

    /// The screen has another size: so has the next frame's content, but not its texture.
    void become(const ModelPicture& picture);

    /// All pools are closed, as with the display's end.
    void close_pools();

    /// Of all calls that begin a capture.
    void refuse(HRESULT result);
    void say_not_supported();

    ComPtr<ID3D11Device> device() const;
    ModelPicture picture() const;
    CaptureRecord record() const;

    /// Each frame was taken and closed.
    bool is_quiet() const;

    struct Shared;

  private:
    std::shared_ptr<Shared> shared_;
};

}  // namespace oriel::test
