// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "base/assert.h"

namespace oriel {

inline constexpr std::size_t kWordSize = sizeof(std::uint64_t);

/// A type that may cross shared memory: plain bytes, whole 64-bit words.
template <class T>
concept WireType = std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T> &&
                   ((sizeof(T) % sizeof(std::uint64_t)) == 0);

/// A stretch of memory that somebody else may be writing at this very moment. The one class that
/// reads a region.
///
/// It hands out copies, never references: a value checked in place could change between the
/// check and its use. Offsets and lengths may come straight from the peer; a stretch that does
/// not fit yields nothing, and no sum of the two can overflow.
///
/// Lifetime: borrows; must not outlive the memory it points into.
/// Threads: any, while any other thread, process or machine writes.
class SharedBytes {
  public:
    SharedBytes() = default;

    explicit SharedBytes(std::span<std::byte> bytes) : bytes_(bytes) {}

    std::uint64_t size() const { return bytes_.size(); }

    std::optional<SharedBytes> slice(std::uint64_t offset, std::uint64_t length) const {
        if (offset > bytes_.size() || length > bytes_.size() - offset) {
            return std::nullopt;
        }
        return SharedBytes(
            bytes_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length)));
    }

    /// Copies a T out, each 64-bit word read exactly once. Nothing if it does not fit or is not
    /// aligned to 8. Words may come from different moments: pair it with a generation check.
    template <WireType T>
    std::optional<T> copy(std::uint64_t offset) const {
        const auto part = slice(offset, sizeof(T));
        if (!part || !part->is_aligned()) {
            return std::nullopt;
        }
        std::array<std::uint64_t, sizeof(T) / kWordSize> words{};
        const auto* source = reinterpret_cast<const std::uint64_t*>(part->bytes_.data());
        for (auto& word : words) {
            word = load_relaxed(source++);
        }
        return std::bit_cast<T>(words);
    }

    /// One word. Nothing if it does not fit or is not aligned to 8.
    std::optional<std::uint64_t> load(std::uint64_t offset) const {
        return copy<std::uint64_t>(offset);
    }

    /// Writes a T, each 64-bit word once. For parts that are ours: the place is our own
    /// arithmetic, so one that does not fit is a bug.
    template <WireType T>
    void store(std::uint64_t offset, const T& value) const {
        const auto part = slice(offset, sizeof(T));
        ORIEL_ASSERT(part && part->is_aligned());
        const auto words = std::bit_cast<std::array<std::uint64_t, sizeof(T) / kWordSize>>(value);
        auto* target = reinterpret_cast<std::uint64_t*>(part->bytes_.data());
        for (const auto word : words) {
            store_relaxed(target++, word);
        }
    }

    /// For pixel copies and handing to a display server only; the content is never parsed.
    std::span<std::byte> unparsed() const { return bytes_; }

  private:
    bool is_aligned() const {
        return reinterpret_cast<std::uintptr_t>(bytes_.data()) % sizeof(std::uint64_t) == 0;
    }

    // Relaxed: order between words comes from the fences around them (relay/fence.h), which also
    // hold for write-combined memory.
    static std::uint64_t load_relaxed(const std::uint64_t* word) {
        return std::atomic_ref<std::uint64_t>(*const_cast<std::uint64_t*>(word))  // NOLINT
            .load(std::memory_order_relaxed);
    }

    static void store_relaxed(std::uint64_t* word, std::uint64_t value) {
        std::atomic_ref<std::uint64_t>(*word).store(value, std::memory_order_relaxed);
    }

    std::span<std::byte> bytes_;
};

}  // namespace oriel
