// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/linux/fd.h"
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

    /// Maps all of `fd`, whose size the system (not the peer) tells. `name` is for messages.
    /// Errors: System; Protocol where the size is 0.
    static Result<MappedMemory> map(const UniqueFd& fd, Access access, const std::string& name);

    /// A part of what a descriptor stands for; `offset` as its driver told it.
    struct Part {
        std::uint64_t offset;
        std::size_t size;
    };

    /// Maps a part, of a device whose size nobody tells. Errors: System.
    static Result<MappedMemory> map(const UniqueFd& fd,
                                    Access access,
                                    const Part& part,
                                    const std::string& name);

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
    explicit MappedMemory(std::span<std::byte> bytes) : bytes_(bytes) {}

    void unmap() noexcept;

    std::span<std::byte> bytes_;
};

/// What a memory file is made of.
enum class PageSize : std::uint8_t { Normal, Huge };

/// A memory file of `size` bytes, zero-filled, that nobody can shrink, grow or unseal; and that
/// only its owner can reopen (mode 0600).
/// Errors: System, also where the machine has no such memory free (hugepages).
Result<UniqueFd> create_sealed_memory(const char* name, std::uint64_t size, PageSize pages);

}  // namespace oriel
