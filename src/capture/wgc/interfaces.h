// SPDX-License-Identifier: MIT
#pragma once

#include <eventtoken.h>
#include <inspectable.h>
#include <windows.h>

/// The interfaces of Windows.Graphics.Capture that we call, as the system's binary interface has
/// them: the order of the methods and the identifiers are those that Microsoft's metadata of the
/// namespaces Windows.Graphics.Capture and Windows.Graphics.DirectX.Direct3D11 (and the headers
/// windows.graphics.capture.interop.h, windows.graphics.directx.direct3d11.interop.h) define.
/// mingw-w64 has no such headers. Nobody but the system implements them, tests aside.
namespace oriel::wgc_capture {

// COM's interfaces have no destructor.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

/// Windows.Graphics.SizeInt32.
struct PictureSize {
    INT32 width = 0;
    INT32 height = 0;

    friend bool operator==(const PictureSize&, const PictureSize&) = default;
};

/// Windows.Graphics.DirectX.DirectXPixelFormat: DXGI_FORMAT's numbers.
using PixelFormatNumber = INT32;

/// IClosable.
struct Closable : IInspectable {
    virtual HRESULT STDMETHODCALLTYPE Close() = 0;
};

/// IDirect3DDxgiInterfaceAccess.
struct DxgiAccess : IUnknown {
    virtual HRESULT STDMETHODCALLTYPE GetInterface(REFIID id, void** object) = 0;
};

/// IDirect3DDevice.
struct CaptureDevice : IInspectable {
    virtual HRESULT STDMETHODCALLTYPE Trim() = 0;
};

/// IGraphicsCaptureItem: what is captured.
struct CaptureItem : IInspectable {
    virtual HRESULT STDMETHODCALLTYPE get_DisplayName(HSTRING* name) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_Size(PictureSize* size) = 0;
    virtual HRESULT STDMETHODCALLTYPE add_Closed(IUnknown* handler,
                                                 EventRegistrationToken* token) = 0;
    virtual HRESULT STDMETHODCALLTYPE remove_Closed(EventRegistrationToken token) = 0;
};

/// IGraphicsCaptureItemInterop.
struct CaptureItemInterop : IUnknown {
    virtual HRESULT STDMETHODCALLTYPE CreateForWindow(HWND window, REFIID id, void** item) = 0;
    virtual HRESULT STDMETHODCALLTYPE CreateForMonitor(HMONITOR monitor,
                                                       REFIID id,
                                                       void** item) = 0;
};

/// IDirect3D11CaptureFrame.
struct CaptureFrame : IInspectable {
    virtual HRESULT STDMETHODCALLTYPE get_Surface(IInspectable** surface) = 0;
    /// Of 100 ns, on the clock of QueryPerformanceCounter().
    virtual HRESULT STDMETHODCALLTYPE get_SystemRelativeTime(INT64* time) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_ContentSize(PictureSize* size) = 0;
};

/// IGraphicsCaptureSession.
struct CaptureSession : IInspectable {
    virtual HRESULT STDMETHODCALLTYPE StartCapture() = 0;
};

/// IGraphicsCaptureSession2, from Windows 10 2004 on.
struct CaptureSession2 : IInspectable {
    virtual HRESULT STDMETHODCALLTYPE get_IsCursorCaptureEnabled(boolean* is_enabled) = 0;
    virtual HRESULT STDMETHODCALLTYPE put_IsCursorCaptureEnabled(boolean is_enabled) = 0;
};

/// IGraphicsCaptureSession3, from Windows 11 on.
struct CaptureSession3 : IInspectable {
    virtual HRESULT STDMETHODCALLTYPE get_IsBorderRequired(boolean* is_required) = 0;
    virtual HRESULT STDMETHODCALLTYPE put_IsBorderRequired(boolean is_required) = 0;
};

/// IGraphicsCaptureSessionStatics.
struct CaptureSessionStatics : IInspectable {
    virtual HRESULT STDMETHODCALLTYPE IsSupported(boolean* is_supported) = 0;
};

/// IDirect3D11CaptureFramePool.
struct CaptureFramePool : IInspectable {
    virtual HRESULT STDMETHODCALLTYPE Recreate(CaptureDevice* device,
                                               PixelFormatNumber format,
                                               INT32 frames,
                                               PictureSize size) = 0;
    /// Null where there is none yet.
    virtual HRESULT STDMETHODCALLTYPE TryGetNextFrame(CaptureFrame** frame) = 0;
    virtual HRESULT STDMETHODCALLTYPE add_FrameArrived(IUnknown* handler,
                                                       EventRegistrationToken* token) = 0;
    virtual HRESULT STDMETHODCALLTYPE remove_FrameArrived(EventRegistrationToken token) = 0;
    virtual HRESULT STDMETHODCALLTYPE CreateCaptureSession(CaptureItem* item,
                                                           CaptureSession** session) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_DispatcherQueue(IInspectable** queue) = 0;
};

/// IDirect3D11CaptureFramePoolStatics2.
struct CaptureFramePoolStatics : IInspectable {
    virtual HRESULT STDMETHODCALLTYPE CreateFreeThreaded(CaptureDevice* device,
                                                         PixelFormatNumber format,
                                                         INT32 frames,
                                                         PictureSize size,
                                                         CaptureFramePool** pool) = 0;
};

#pragma GCC diagnostic pop

}  // namespace oriel::wgc_capture

// clang-format off
__CRT_UUID_DECL(oriel::wgc_capture::Closable, 0x30d5a829, 0x7fa4, 0x4026, 0x83, 0xbb, 0xd7, 0x5b, 0xae, 0x4e, 0xa9, 0x9e)
__CRT_UUID_DECL(oriel::wgc_capture::DxgiAccess, 0xa9b3d012, 0x3df2, 0x4ee3, 0xb8, 0xd1, 0x86, 0x95, 0xf4, 0x57, 0xd3, 0xc1)
__CRT_UUID_DECL(oriel::wgc_capture::CaptureDevice, 0xa37624ab, 0x8d5f, 0x4650, 0x9d, 0x3e, 0x9e, 0xae, 0x3d, 0x9b, 0xc6, 0x70)
__CRT_UUID_DECL(oriel::wgc_capture::CaptureItem, 0x79c3f95b, 0x31f7, 0x4ec2, 0xa4, 0x64, 0x63, 0x2e, 0xf5, 0xd3, 0x07, 0x60)
__CRT_UUID_DECL(oriel::wgc_capture::CaptureItemInterop, 0x3628e81b, 0x3cac, 0x4c60, 0xb7, 0xf4, 0x23, 0xce, 0x0e, 0x0c, 0x33, 0x56)
__CRT_UUID_DECL(oriel::wgc_capture::CaptureFrame, 0xfa50c623, 0x38da, 0x4b32, 0xac, 0xf3, 0xfa, 0x97, 0x34, 0xad, 0x80, 0x0e)
__CRT_UUID_DECL(oriel::wgc_capture::CaptureSession, 0x814e42a9, 0xf70f, 0x4ad7, 0x93, 0x9b, 0xfd, 0xdc, 0xc6, 0xeb, 0x88, 0x0d)
__CRT_UUID_DECL(oriel::wgc_capture::CaptureSession2, 0x2c39ae40, 0x7d2e, 0x5044, 0x80, 0x4e, 0x8b, 0x67, 0x99, 0xd4, 0xcf, 0x9e)
__CRT_UUID_DECL(oriel::wgc_capture::CaptureSession3, 0xf2cdd966, 0x22ae, 0x5ea1, 0x95, 0x96, 0x3a, 0x28, 0x93, 0x44, 0xc3, 0xbe)
__CRT_UUID_DECL(oriel::wgc_capture::CaptureSessionStatics, 0x2224a540, 0x5974, 0x49aa, 0xb2, 0x32, 0x08, 0x82, 0x53, 0x6f, 0x4c, 0xb5)
__CRT_UUID_DECL(oriel::wgc_capture::CaptureFramePool, 0x24eb6d22, 0x1975, 0x422e, 0x82, 0xe7, 0x78, 0x0d, 0xbd, 0x8d, 0xdf, 0x24)
__CRT_UUID_DECL(oriel::wgc_capture::CaptureFramePoolStatics, 0x589b103f, 0x6bbc, 0x5df5, 0xa9, 0x91, 0x02, 0xe2, 0x8b, 0x3b, 0x66, 0xd5)
// clang-format on
