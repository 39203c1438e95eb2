// SPDX-License-Identifier: MIT
#include "capture/gdi/desktop_bitmap.h"

#include "base/windows/last_error.h"

namespace oriel::gdi_capture {
Result<DesktopBitmap> DesktopBitmap::make(Size size) {
    BITMAPINFO format{};
    format.bmiHeader.biSize = sizeof(BITMAPINFOHEADER);
    format.bmiHeader.biWidth = static_cast<LONG>(size.width);
    format.bmiHeader.biHeight = -static_cast<LONG>(size.height);
    format.bmiHeader.biPlanes = 1;
    format.bmiHeader.biBitCount = 32;
    format.bmiHeader.biCompression = BI_RGB;

    DesktopBitmap made;
    made.size_ = size;
    const ScreenContext screen;
    made.context_ = UniqueMemoryContext(::CreateCompatibleDC(screen.get()));
    void* pixels = nullptr;
    made.bitmap_ = UniqueBitmap(::CreateDIBSection(
        made.context_.get(), &format, DIB_RGB_COLORS, &pixels, /*section*/ nullptr, 0));
    if (!made.context_ || !made.bitmap_ ||
        ::SelectObject(made.context_.get(), made.bitmap_.get()) == nullptr) {
        return Failure(last_error("make a bitmap of the screen's size"));
    }
    made.pixels_ = static_cast<std::byte*>(pixels);
    return made;
}

Result<void> DesktopBitmap::take(const WindowsScreen& screen) {
    const ScreenContext desktop;
    if (desktop.get() == nullptr || ::BitBlt(context_.get(),
                                             0,
                                             0,
                                             static_cast<int>(size_.width),
                                             static_cast<int>(size_.height),
                                             desktop.get(),
                                             screen.x,
                                             screen.y,
                                             // CAPTUREBLT brings nothing since the desktop is
                                             // composed, and lets the pointer flicker.
                                             SRCCOPY) == 0) {
        return Failure(last_error("copy the screen"));
    }
    // Until then the copy may still be waiting in GDI's batch.
    static_cast<void>(::GdiFlush());
    return {};
}

}  // namespace oriel::gdi_capture
