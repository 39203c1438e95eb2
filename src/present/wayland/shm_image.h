// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "present/wayland/connection.h"
#include "present/wayland/owned.h"
#include "relay/geometry.h"

namespace oriel {

/// A picture in memory of our own that the compositor reads.
class WaylandImage {
  public:
    /// Zero-filled; `stride`: a multiple of 4; `format`: of wl_shm's enumeration, advertised.
    /// Errors: System; Unsupported where it is larger than the protocol can say.
    static Result<std::unique_ptr<WaylandImage>> create(const WaylandConnection& connection,
                                                        Size size,
                                                        std::uint32_t stride,
                                                        std::uint32_t format);

    WaylandImage(const WaylandImage&) = delete;
    WaylandImage& operator=(const WaylandImage&) = delete;

    Size size() const { return size_; }

    std::uint32_t stride() const { return stride_; }

    std::span<std::byte> bytes() const { return memory_.bytes(); }

    /// For one attach and commit: from now on it is busy. Do not write to it before it is not.
    wl_buffer* lend();

    /// The compositor may be reading it.
    bool is_busy() const { return is_busy_; }

  private:
    WaylandImage(MappedMemory memory,
                 WaylandOwned<wl_buffer> buffer,
                 Size size,
                 std::uint32_t stride);

    void release() { is_busy_ = false; }

    MappedMemory memory_;
    WaylandOwned<wl_buffer> buffer_;
    Size size_;
    std::uint32_t stride_;
    bool is_busy_ = false;
};

}  // namespace oriel
