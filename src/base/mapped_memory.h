// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/native_handle.h"
#include "base/result.h"

namespace oriel {

enum class Access : std::uint8_t { ReadOnly, ReadWrite };

/// Memory shared with other processes or a guest.
///
/// Lifetime: unmapped on destruction; every span and SharedBytes into it dies with it.
/// Threads: the object is not thread-safe; the memory is whatever the region's ABI says it is.
/// Trust: the other side may change any byte at any time. Read it through SharedBytes only.
class MappedMemory {
  public:
    MappedMemory() = default;

    /// Maps all of `file`, whose size the system (not the peer) tells. `name` is for messages.
    /// Errors: System; Protocol where the size is 0.
    static Result<MappedMemory> map(const OwnedHandle& file,
                                    Access access,
                                    const std::string& name);

    /// A part of what a handle stands for; `offset` as its driver told it.
    struct Part {
        std::uint64_t offset;
        std::size_t size;
    };

    /// Maps a part, of a device whose size nobody tells. Errors: System.
    static Result<MappedMemory> map(const OwnedHandle& file,
                                    Access access,
                                    const Part& part,
                                    const std::string& name);

    /// Memory that a driver maps, and unmaps when its handle is closed.
    static MappedMemory lent(std::span<std::byte> bytes) { return {bytes, nullptr}; }

    MappedMemory(MappedMemory&& other) noexcept;
    MappedMemory& operator=(MappedMemory&& other) noexcept;
    MappedMemory(const MappedMemory&) = delete;
    MappedMemory& operator=(const MappedMemory&) = delete;
    ~MappedMemory();

    /// Writable only where it was mapped so.
    std::span<std::byte> bytes() const { return bytes_; }

    /// The file behind it was cut shorter while mapped: its content is gone, what reads as zeros
    /// now is a stand-in that keeps this process alive (instead of SIGBUS). End the session.
    bool was_truncated() const;

  private:
    using Unmap = void (*)(std::span<std::byte>) noexcept;

    MappedMemory(std::span<std::byte> bytes, Unmap unmap) : bytes_(bytes), unmap_(unmap) {}

    std::span<std::byte> bytes_;
    Unmap unmap_ = nullptr;
};

}  // namespace oriel
