// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel::gpu {

/// Part of a memory file, in bytes.
struct MemoryPart {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;

    /// The whole pages that it touches. Its end may lie behind the file's.
    MemoryPart in_pages() const;

    friend bool operator==(const MemoryPart&, const MemoryPart&) = default;
};

/// The kernel's driver that makes dma-bufs, which GPUs take, of memory that is there already:
/// nothing is copied, and both see the same bytes.
///
/// Threads: any.
class Udmabuf {
  public:
    static constexpr const char* kDevice = "/dev/udmabuf";

    /// Errors: Unsupported where the kernel has no such driver or does not let us; with the cure.
    static Result<Udmabuf> open(const std::string& path = kDevice);

    /// Whether the driver takes this memory: a memory file that nobody can cut shorter, and that is
    /// not sealed against writing. Errors: Unsupported, saying which it is not.
    static Result<void> check_memory(const UniqueFd& memory);

    /// `part` is whole pages inside `memory`. They stay in memory for as long as the dma-buf is
    /// there. Errors: Usage; Unsupported where the driver refuses, with what it may be.
    Result<UniqueFd> wrap(const UniqueFd& memory, const MemoryPart& part) const;

  private:
    explicit Udmabuf(UniqueFd device) : device_(std::move(device)) {}

    UniqueFd device_;
};

}  // namespace oriel::gpu
