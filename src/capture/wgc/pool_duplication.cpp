// SPDX-License-Identifier: MIT
#include "capture/wgc/pool_duplication.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/clock.h"
#include "base/loop_sleep.h"
#include "capture/dxgi/own_duplication.h"

namespace oriel::wgc_capture {
namespace {

/// How long a frame may wait for us.
constexpr Nanoseconds kPollPeriod = std::chrono::milliseconds(2);
constexpr Nanoseconds kScreenPeriod = std::chrono::milliseconds(250);

/// The object was closed.
constexpr HRESULT kClosed = static_cast<HRESULT>(0x80000013);

void close(IUnknown* object) {
    ComPtr<Closable> closable;
    if (object != nullptr && SUCCEEDED(object->QueryInterface(IID_PPV_ARGS(&closable)))) {
        static_cast<void>(closable->Close());
    }
}

/// To QueryPerformanceCounter()'s ticks, of which there are `frequency` in a second.
LONGLONG to_ticks(INT64 hundred_nanoseconds) {
    constexpr INT64 kPerSecond = 10'000'000;
    LARGE_INTEGER frequency{};
    static_cast<void>(::QueryPerformanceFrequency(&frequency));
    return hundred_nanoseconds / kPerSecond * frequency.QuadPart +
           hundred_nanoseconds % kPerSecond * frequency.QuadPart / kPerSecond;
}

class PoolDuplication final : public dxgi_capture::OwnDuplication {
  public:
    PoolDuplication(RunningCapture capture, std::function<bool()> is_still_so)
        : capture_(std::move(capture)),
          is_still_so_(std::move(is_still_so)),
          screen_asked_at_(monotonic_now()) {}

    void STDMETHODCALLTYPE GetDesc(DXGI_OUTDUPL_DESC* description) override {
        *description = {};
        description->ModeDesc.Width = static_cast<UINT>(capture_.size.width);
        description->ModeDesc.Height = static_cast<UINT>(capture_.size.height);
        description->ModeDesc.RefreshRate = {capture_.refresh_mhz, 1000};
        description->ModeDesc.Format = capture_.format;
        description->Rotation = DXGI_MODE_ROTATION_IDENTITY;
    }

    HRESULT STDMETHODCALLTYPE AcquireNextFrame(UINT milliseconds,
                                               DXGI_OUTDUPL_FRAME_INFO* info,
                                               IDXGIResource** resource) override {
        *info = {};
        *resource = nullptr;
        if (frame_) {
            return DXGI_ERROR_INVALID_CALL;
        }
        HRESULT result = await_frame(std::chrono::milliseconds(milliseconds));
        if (FAILED(result)) {
            return result;
        }
        result = hand_out(*info, resource);
        if (FAILED(result)) {
            give_back();
        }
        return result;
    }

    HRESULT STDMETHODCALLTYPE ReleaseFrame() override {
        if (!frame_) {
            return DXGI_ERROR_INVALID_CALL;
        }
        give_back();
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE GetFrameDirtyRects(UINT /*room*/,
                                                 RECT* /*rects*/,
                                                 UINT* needed) override {
        *needed = 0;
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE GetFrameMoveRects(UINT /*room*/,
                                                DXGI_OUTDUPL_MOVE_RECT* /*rects*/,
                                                UINT* needed) override {
        *needed = 0;
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE GetFramePointerShape(UINT /*room*/,
                                                   void* /*bytes*/,
                                                   UINT* needed,
                                                   DXGI_OUTDUPL_POINTER_SHAPE_INFO* info) override {
        *needed = 0;
        *info = {};
        return S_OK;
    }

  private:
    ~PoolDuplication() override {
        give_back();
        close(capture_.session.Get());
        close(capture_.pool.Get());
    }

    /// By asking: to be told takes a delegate, and a thread of the system's for each frame.
    HRESULT await_frame(Nanoseconds longest) {
        const Nanoseconds end = monotonic_now() + longest;
        while (true) {
            const Nanoseconds now = monotonic_now();
            if (!is_screen_the_same(now)) {
                return DXGI_ERROR_ACCESS_LOST;
            }
            const HRESULT result = take_newest();
            if (FAILED(result)) {
                return result == kClosed ? DXGI_ERROR_ACCESS_LOST : result;
            }
            if (frame_) {
                return S_OK;
            }
            if (now >= end) {
                return DXGI_ERROR_WAIT_TIMEOUT;
            }
            static_cast<void>(sleep_.sleep(std::min(kPollPeriod, end - now)));
        }
    }

    HRESULT take_newest() {
        while (true) {
            ComPtr<CaptureFrame> next;
            const HRESULT result = capture_.pool->TryGetNextFrame(&next);
            if (FAILED(result) || !next) {
                return result;
            }
            give_back();
            frame_ = std::move(next);
        }
    }

    bool is_screen_the_same(Nanoseconds now) {
        if (now - screen_asked_at_ < kScreenPeriod) {
            return true;
        }
        screen_asked_at_ = now;
        return is_still_so_();
    }

    HRESULT hand_out(DXGI_OUTDUPL_FRAME_INFO& info, IDXGIResource** resource) {
        PictureSize size;
        HRESULT result = frame_->get_ContentSize(&size);
        if (FAILED(result)) {
            return result;
        }
        if (size != capture_.size) {
            return DXGI_ERROR_ACCESS_LOST;
        }
        ComPtr<IInspectable> surface;
        ComPtr<DxgiAccess> access;
        ComPtr<ID3D11Texture2D> texture;
        result = frame_->get_Surface(&surface);
        if (SUCCEEDED(result)) {
            result = surface.As(&access);
        }
        if (SUCCEEDED(result)) {
            result = access->GetInterface(IID_PPV_ARGS(&texture));
        }
        if (FAILED(result)) {
            return result;
        }
        INT64 time = 0;
        if (SUCCEEDED(frame_->get_SystemRelativeTime(&time))) {
            info.LastPresentTime.QuadPart = to_ticks(time);
        }
        info.AccumulatedFrames = 1;
        return texture.CopyTo(resource);
    }

    void give_back() {
        close(frame_.Get());
        frame_.Reset();
    }

    const RunningCapture capture_;
    const std::function<bool()> is_still_so_;
    Nanoseconds screen_asked_at_;
    LoopSleep sleep_;
    ComPtr<CaptureFrame> frame_;
};

}  // namespace

ComPtr<IDXGIOutputDuplication> make_pool_duplication(RunningCapture capture,
                                                     std::function<bool()> is_still_so) {
    ComPtr<IDXGIOutputDuplication> made;
    // Not by Attach(), which adds a reference as mingw has it.
    *made.GetAddressOf() = new PoolDuplication(std::move(capture), std::move(is_still_so));
    return made;
}

}  // namespace oriel::wgc_capture
