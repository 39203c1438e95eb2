// SPDX-License-Identifier: MIT
#include "capture/wgc/capture_factory.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/windows/wide_text.h"
#include "capture/dxgi/system_output.h"
#include "capture/gdi/pointer.h"
#include "capture/wgc/pool_duplication.h"

namespace oriel::wgc_capture {
namespace {

using dxgi_capture::Duplicated;
using dxgi_capture::DuplicationFault;
using dxgi_capture::OutputColour;

/// One is ours while the next is drawn.
constexpr INT32 kFrames = 2;

std::optional<WindowsScreen> screen_called(const std::wstring& device) {
    const std::vector<WindowsScreen> screens = list_screens();
    const auto found = std::ranges::find(screens, device, &WindowsScreen::device);
    return found != screens.end() ? std::optional(*found) : std::nullopt;
}

HMONITOR monitor_of(const WindowsScreen& screen) {
    return ::MonitorFromPoint({screen.x, screen.y}, MONITOR_DEFAULTTONULL);
}

/// Nothing is known of the colours of a screen that no GPU drives.
OutputColour colour_of(const WindowsScreen& screen) {
    ComPtr<IDXGIFactory1> factory;
    if (FAILED(::CreateDXGIFactory1(IID_PPV_ARGS(&factory)))) {
        return {};
    }
    const auto found = dxgi_capture::find_output(*factory.Get(), screen.device);
    return found ? dxgi_capture::colour_of_output(*found->output.Get()) : OutputColour();
}

/// What not each Windows has: without the pointer and without a border, where that can be.
void leave_out_what_is_not_the_picture(CaptureSession& session) {
    ComPtr<CaptureSession2> second;
    if (SUCCEEDED(session.QueryInterface(IID_PPV_ARGS(&second)))) {
        static_cast<void>(second->put_IsCursorCaptureEnabled(FALSE));
    }
    ComPtr<CaptureSession3> third;
    if (SUCCEEDED(session.QueryInterface(IID_PPV_ARGS(&third)))) {
        static_cast<void>(third->put_IsBorderRequired(FALSE));
    }
}

HRESULT make_item(CaptureRuntime& runtime, HMONITOR monitor, ComPtr<CaptureItem>& item) {
    ComPtr<CaptureItemInterop> interop;
    const HRESULT result = runtime.activate(kItemClass, IID_PPV_ARGS(&interop));
    return FAILED(result) ? result : interop->CreateForMonitor(monitor, IID_PPV_ARGS(&item));
}

/// `capture`: what it is to be like, and then the rest of it.
HRESULT make_pool(CaptureRuntime& runtime, ID3D11Device& device, RunningCapture& capture) {
    ComPtr<CaptureFramePoolStatics> statics;
    HRESULT result = runtime.activate(kPoolClass, IID_PPV_ARGS(&statics));
    ComPtr<CaptureDevice> wrapped;
    if (SUCCEEDED(result)) {
        result = runtime.wrap(device, wrapped);
    }
    return FAILED(result)
               ? result
               : statics->CreateFreeThreaded(
                     wrapped.Get(), capture.format, kFrames, capture.size, &capture.pool);
}

HRESULT begin(CaptureRuntime& runtime,
              ID3D11Device& device,
              HMONITOR monitor,
              RunningCapture& capture) {
    ComPtr<CaptureItem> item;
    HRESULT result = make_item(runtime, monitor, item);
    if (SUCCEEDED(result)) {
        result = item->get_Size(&capture.size);
    }
    if (SUCCEEDED(result)) {
        result = make_pool(runtime, device, capture);
    }
    if (SUCCEEDED(result)) {
        result = capture.pool->CreateCaptureSession(item.Get(), &capture.session);
    }
    if (FAILED(result)) {
        return result;
    }
    leave_out_what_is_not_the_picture(*capture.session.Get());
    return capture.session->StartCapture();
}

/// Tells what changed since it was asked last.
class PointerNews {
  public:
    explicit PointerNews(WindowsScreen screen) : screen_(std::move(screen)) {}

    CursorNews operator()() {
        pointer_.follow(screen_);
        const auto position = pointer_.position();
        const bool is_new = position != told_;
        told_ = position;
        return {.position = is_new ? position : std::nullopt, .image = pointer_.take_image()};
    }

  private:
    WindowsScreen screen_;
    gdi_capture::Pointer pointer_;
    std::optional<CursorPosition> told_;
};

class CaptureFactory final : public dxgi_capture::DuplicationFactory {
  public:
    CaptureFactory(std::shared_ptr<CaptureRuntime> runtime, std::wstring device)
        : runtime_(std::move(runtime)), device_(std::move(device)) {}

    std::wstring screen() const override { return device_; }

    Result<Duplicated, DuplicationFault> open(ID3D11Device& device) override {
        const auto screen = screen_called(device_);
        if (!screen) {
            return Failure(DuplicationFault{
                DuplicationFault::Outlook::MayPass,
                Error::not_found("the screen " + to_utf8(device_) + " is not there any more")});
        }
        Duplicated duplicated;
        duplicated.colour = colour_of(*screen);
        RunningCapture capture;
        capture.refresh_mhz = screen->refresh_mhz;
        // An HDR screen's in eight bits would be cut to what an SDR screen shows.
        capture.format =
            duplicated.colour.is_hdr ? DXGI_FORMAT_R16G16B16A16_FLOAT : DXGI_FORMAT_B8G8R8A8_UNORM;
        const HRESULT result = begin(*runtime_, device, monitor_of(*screen), capture);
        // Also of a capture that did not start: it closes what there is of it.
        duplicated.duplication = make_pool_duplication(
            std::move(capture), [was = *screen] { return screen_called(was.device) == was; });
        if (FAILED(result)) {
            return Failure(DuplicationFault{
                dxgi_capture::outlook_of(result),
                capture_error("capture the screen by Windows.Graphics.Capture", result)});
        }
        duplicated.ask_pointer = PointerNews(*screen);
        return duplicated;
    }

  private:
    const std::shared_ptr<CaptureRuntime> runtime_;
    const std::wstring device_;
};

}  // namespace

std::unique_ptr<dxgi_capture::DuplicationFactory> make_capture_factory(
    std::shared_ptr<CaptureRuntime> runtime, const WindowsScreen& screen) {
    return std::make_unique<CaptureFactory>(std::move(runtime), screen.device);
}

}  // namespace oriel::wgc_capture
