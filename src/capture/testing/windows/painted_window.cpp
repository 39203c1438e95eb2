// SPDX-License-Identifier: MIT
#include "capture/testing/windows/painted_window.h"

#include "base/assert.h"

namespace oriel::test {
namespace {

constexpr const wchar_t* kClass = L"OrielPaintedWindow";

void register_class() {
    WNDCLASSW kind{};
    kind.lpfnWndProc = ::DefWindowProcW;
    kind.hInstance = ::GetModuleHandleW(nullptr);
    kind.lpszClassName = kClass;
    // Again is no error that matters.
    static_cast<void>(::RegisterClassW(&kind));
}

}  // namespace

PaintedWindow::PaintedWindow(Size size) : size_(size), truth_(size.area()) {
    register_class();
    window_ = ::CreateWindowExW(WS_EX_TOPMOST,
                                kClass,
                                L"painted",
                                WS_POPUP | WS_VISIBLE,
                                0,
                                0,
                                static_cast<int>(size.width),
                                static_cast<int>(size.height),
                                nullptr,
                                nullptr,
                                ::GetModuleHandleW(nullptr),
                                nullptr);
    ORIEL_ASSERT(window_ != nullptr);
    handle_messages();
    put(Rect::of(size), truth_);
}

PaintedWindow::~PaintedWindow() {
    static_cast<void>(::DestroyWindow(window_));
    handle_messages();
}

void PaintedWindow::put(const Rect& place, const std::vector<std::uint32_t>& colours) {
    for (std::uint32_t y = 0; y < place.height; ++y) {
        for (std::uint32_t x = 0; x < place.width; ++x) {
            truth_[std::size_t{place.y + y} * size_.width + place.x + x] =
                colours[std::size_t{y} * place.width + x] & 0xFFFFFF;
        }
    }
    BITMAPINFO format{};
    format.bmiHeader.biSize = sizeof(BITMAPINFOHEADER);
    format.bmiHeader.biWidth = static_cast<LONG>(place.width);
    format.bmiHeader.biHeight = -static_cast<LONG>(place.height);
    format.bmiHeader.biPlanes = 1;
    format.bmiHeader.biBitCount = 32;
    format.bmiHeader.biCompression = BI_RGB;
    const HDC context = ::GetDC(window_);
    const int rows = ::SetDIBitsToDevice(context,
                                         static_cast<int>(place.x),
                                         static_cast<int>(place.y),
                                         place.width,
                                         place.height,
                                         0,
                                         0,
                                         0,
                                         place.height,
                                         colours.data(),
                                         &format,
                                         DIB_RGB_COLORS);
    ORIEL_ASSERT(rows == static_cast<int>(place.height));
    static_cast<void>(::ReleaseDC(window_, context));
    static_cast<void>(::GdiFlush());
    handle_messages();
}

void PaintedWindow::set_cursor(HCURSOR cursor) {
    static_cast<void>(
        ::SetClassLongPtrW(window_, GCLP_HCURSOR, reinterpret_cast<LONG_PTR>(cursor)));
    static_cast<void>(::SetCursor(cursor));
    handle_messages();
}

void PaintedWindow::handle_messages() {
    MSG message{};
    while (::PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE) != 0) {
        static_cast<void>(::DispatchMessageW(&message));
    }
}

}  // namespace oriel::test
