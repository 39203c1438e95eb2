// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <xcb/shm.h>

#include "base/linux/fd.h"
#include "base/mapped_memory.h"
#include "capture/x11/connection.h"

namespace oriel::x11_capture {

/// Memory that the X server has mapped for writing.
///
/// Lifetime: the connection must outlive it.
class Segment {
  public:
    Segment() = default;

    /// Hands a duplicate of `fd` to the server. Blocks: one round trip. Errors: Unsupported where
    /// the server cannot map it.
    static Result<Segment> attach(const Connection& connection, const UniqueFd& fd);

    Segment(Segment&& other) noexcept;
    Segment& operator=(Segment&& other) noexcept;
    Segment(const Segment&) = delete;
    Segment& operator=(const Segment&) = delete;
    ~Segment();

    bool is_attached() const { return id_ != XCB_NONE; }

    xcb_shm_seg_t id() const { return id_; }

  private:
    Segment(xcb_connection_t* connection, xcb_shm_seg_t id) : connection_(connection), id_(id) {}

    void detach() noexcept;

    xcb_connection_t* connection_ = nullptr;
    xcb_shm_seg_t id_ = XCB_NONE;
};

/// Memory of ours for what cannot be read straight into its place.
class Scratch {
  public:
    /// At least `size` bytes, their content undefined. What was there before is gone.
    Result<void> reserve(const Connection& connection, std::uint64_t size);

    xcb_shm_seg_t id() const { return segment_.id(); }

    std::span<const std::byte> bytes() const { return memory_.bytes(); }

  private:
    MappedMemory memory_;
    Segment segment_;
};

}  // namespace oriel::x11_capture
