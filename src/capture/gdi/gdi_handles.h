// SPDX-License-Identifier: MIT
#pragma once

#include <windows.h>

#include "base/unique_handle.h"

namespace oriel::gdi_capture {

struct BitmapTraits {
    using Raw = HBITMAP;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept { static_cast<void>(::DeleteObject(raw)); }
};

using UniqueBitmap = UniqueHandle<BitmapTraits>;

struct MemoryContextTraits {
    using Raw = HDC;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept { static_cast<void>(::DeleteDC(raw)); }
};

/// A device context that CreateCompatibleDC() made.
using UniqueMemoryContext = UniqueHandle<MemoryContextTraits>;

/// The whole desktop's device context, for one drawing. Threads: the one that made it.
class ScreenContext {
  public:
    ScreenContext() : context_(::GetDC(nullptr)) {}

    ~ScreenContext() {
        if (context_ != nullptr) {
            static_cast<void>(::ReleaseDC(nullptr, context_));
        }
    }

    ScreenContext(const ScreenContext&) = delete;
    ScreenContext& operator=(const ScreenContext&) = delete;

    /// Null where there is no desktop.
    HDC get() const { return context_; }

  private:
    HDC context_;
};

}  // namespace oriel::gdi_capture
