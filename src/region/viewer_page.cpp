// SPDX-License-Identifier: MIT
#include "region/viewer_page.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "abi/viewer.h"
#include "base/assert.h"

namespace oriel {

void clear_viewer_page(const MappedMemory& memory, unsigned index) {
    const std::span<std::byte> bytes = memory.bytes();
    ORIEL_ASSERT(index < abi::kMaxViewers && bytes.size() >= abi::kMinRegionSize);
    const std::uint64_t offset = bytes.size() - abi::kViewersFromEnd + index * abi::kViewerStride;
    auto* const words = reinterpret_cast<std::uint64_t*>(bytes.data() + offset);
    static_assert(offsetof(abi::ViewerPage, nonce) == 0);
    // The nonce first: from then on nobody listens to the rest. In order, hence release.
    for (std::size_t i = 0; i < abi::kPage / sizeof(std::uint64_t); ++i) {
        std::atomic_ref(words[i]).store(0, std::memory_order_release);
    }
}

}  // namespace oriel
