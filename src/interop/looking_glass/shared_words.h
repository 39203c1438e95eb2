// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

#include "base/assert.h"

namespace oriel::looking_glass {

/// Memory in the manner of LGMP: words of 32 and 64 bits that both ends also change in place, by
/// atomic instructions. What SharedBytes is to our own regions, this is to these.
///
/// It hands out copies, never references. Offsets may come straight from the peer where something
/// is read; where something is written they were checked before.
///
/// Lifetime: borrows. Threads: any, while any other thread, process or machine writes.
class SharedWords {
  public:
    SharedWords() = default;

    /// `bytes` begin at a page.
    explicit SharedWords(std::span<std::byte> bytes) : bytes_(bytes) {}

    std::uint64_t size() const { return bytes_.size(); }

    /// Whole words lie there.
    bool holds(std::uint64_t offset, std::uint64_t length) const {
        return offset % 4 == 0 && offset <= bytes_.size() && length <= bytes_.size() - offset;
    }

    /// Sequentially consistent, as are all accesses of single words here: that is what the other
    /// end's are.
    std::optional<std::uint32_t> load(std::uint64_t offset) const {
        return holds(offset, 4) ? std::optional(word<std::uint32_t>(offset).load()) : std::nullopt;
    }

    std::optional<std::uint64_t> load64(std::uint64_t offset) const {
        return holds(offset, 8) && offset % 8 == 0
                   ? std::optional(word<std::uint64_t>(offset).load())
                   : std::nullopt;
    }

    /// Copies a T out, each 32-bit word read exactly once. Nothing where it does not fit.
    template <class T>
    std::optional<T> copy(std::uint64_t offset) const {
        static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 4 == 0);
        std::array<std::byte, sizeof(T)> bytes{};
        if (!copy_out(offset, bytes)) {
            return std::nullopt;
        }
        return std::bit_cast<T>(bytes);
    }

    /// Copies bytes out, each word read exactly once. False, and nothing done, where they do not
    /// fit.
    bool copy_out(std::uint64_t offset, std::span<std::byte> to) const {
        const std::uint64_t padded = (to.size() + 3) / 4 * 4;
        if (!holds(offset, padded)) {
            return false;
        }
        for (std::size_t done = 0; done < to.size(); done += 4) {
            // Relaxed: the load that led here (a ring's position) was an acquire.
            const std::uint32_t value =
                word<std::uint32_t>(offset + done).load(std::memory_order_relaxed);
            std::memcpy(&to[done], &value, std::min<std::size_t>(4, to.size() - done));
        }
        return true;
    }

    /// For words that both ends change; the place was checked.
    template <class T>
    std::atomic_ref<T> word(std::uint64_t offset) const {
        ORIEL_ASSERT(offset % sizeof(T) == 0 && holds(offset, sizeof(T)));
        return std::atomic_ref<T>(*reinterpret_cast<T*>(bytes_.data() + offset));
    }

    /// For pixels only: copied or handed on, never parsed.
    std::span<std::byte> unparsed() const { return bytes_; }

  private:
    std::span<std::byte> bytes_;
};

}  // namespace oriel::looking_glass
