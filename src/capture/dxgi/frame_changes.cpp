// SPDX-License-Identifier: MIT
#include "capture/dxgi/frame_changes.h"

#include <algorithm>
#include <cstdint>

#include "abi/region.h"

namespace oriel::dxgi_capture {
namespace {

/// Nothing where the system told of nothing that could be seen.
Rect to_rect(const RECT& rect) {
    constexpr LONG kFar = abi::kMaxSide;
    const LONG left = std::clamp<LONG>(rect.left, 0, kFar);
    const LONG top = std::clamp<LONG>(rect.top, 0, kFar);
    const LONG right = std::clamp<LONG>(rect.right, left, kFar);
    const LONG bottom = std::clamp<LONG>(rect.bottom, top, kFar);
    return {static_cast<std::uint32_t>(left),
            static_cast<std::uint32_t>(top),
            static_cast<std::uint32_t>(right - left),
            static_cast<std::uint32_t>(bottom - top)};
}

void add(const RECT& rect, Damage& changed) {
    const Rect checked = to_rect(rect);
    if (!checked.is_empty()) {
        changed.add(checked);
    }
}

/// Calls the method with room for what the system told of, and with more where that was too little.
template <class Item, class Method>
HRESULT read_all(IDXGIOutputDuplication& duplication,
                 Method method,
                 UINT told_bytes,
                 std::vector<Item>& items) {
    items.resize(std::max<std::size_t>(told_bytes / sizeof(Item), 1));
    UINT bytes = 0;
    HRESULT result =
        (duplication.*method)(static_cast<UINT>(items.size() * sizeof(Item)), items.data(), &bytes);
    if (result == DXGI_ERROR_MORE_DATA) {
        items.resize(bytes / sizeof(Item) + 1);
        result = (duplication.*method)(
            static_cast<UINT>(items.size() * sizeof(Item)), items.data(), &bytes);
    }
    items.resize(FAILED(result) ? 0 : std::min(items.size(), bytes / sizeof(Item)));
    return result;
}

}  // namespace

Damage everything() {
    return Damage(Rect{0, 0, abi::kMaxSide, abi::kMaxSide});
}

HRESULT FrameChanges::read(IDXGIOutputDuplication& duplication,
                           const DXGI_OUTDUPL_FRAME_INFO& info,
                           Damage& changed) {
    if (info.TotalMetadataBufferSize == 0) {
        changed = everything();
        return S_OK;
    }
    HRESULT result = read_all(duplication,
                              &IDXGIOutputDuplication::GetFrameMoveRects,
                              info.TotalMetadataBufferSize,
                              moved_);
    if (FAILED(result)) {
        return result;
    }
    result = read_all(duplication,
                      &IDXGIOutputDuplication::GetFrameDirtyRects,
                      info.TotalMetadataBufferSize,
                      dirty_);
    if (FAILED(result)) {
        return result;
    }
    changed.clear();
    for (const DXGI_OUTDUPL_MOVE_RECT& move : moved_) {
        add(move.DestinationRect, changed);
    }
    for (const RECT& rect : dirty_) {
        add(rect, changed);
    }
    return S_OK;
}

}  // namespace oriel::dxgi_capture
