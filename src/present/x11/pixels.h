// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include <xcb/shm.h>
#include <xcb/xcb.h>

#include "base/linux/fd.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "present/x11/connection.h"
#include "present/x11/owned.h"
#include "relay/geometry.h"

namespace oriel {

/// A memory file that the server has mapped too, for reading.
///
/// Lifetime: ends before the connection.
class X11Segment {
  public:
    /// The server gets a duplicate of `fd`. Blocks: a round trip.
    /// Errors: Unsupported where this server, or the way to it, cannot do that.
    static Result<X11Segment> attach(const X11Connection& connection,
                                     const UniqueFd& fd,
                                     std::uint64_t size);

    xcb_shm_seg_t id() const { return id_.id(); }

    std::uint64_t size() const { return size_; }

  private:
    X11Segment(X11Owned<xcb_shm_detach> id, std::uint64_t size) : id_(std::move(id)), size_(size) {}

    X11Owned<xcb_shm_detach> id_;
    std::uint64_t size_;
};

/// A BGRX8 picture for the server to draw: in memory it has attached, or else sent along.
struct X11Pixels {
    /// The place of the first pixel in the server's own mapping.
    struct Attached {
        xcb_shm_seg_t segment;
        std::uint32_t offset;
    };

    std::span<const std::byte> bytes;
    std::uint32_t stride = 0;
    Size size;
    std::optional<Attached> attached;
};

/// What of a mapped region's memory the server can be told to draw as it is: the protocol's
/// numbers are 32 bits wide for the offset, 16 for a row, and rows are looked at whole.
std::optional<X11Pixels::Attached> locate_pixels(const X11Segment& segment,
                                                 std::uint64_t offset,
                                                 std::uint32_t stride,
                                                 Size size);

/// A corner in a drawable.
struct X11Place {
    xcb_drawable_t drawable;
    xcb_gcontext_t gc;
    std::int16_t x;
    std::int16_t y;
    std::uint8_t depth;
};

/// Queues the drawing of `part` of a picture, its upper left corner at `place`. Attached memory is
/// read when the server gets there; other memory within the call.
/// Blocks: where it has to be sent along, as long as the socket is full.
void put_pixels(const X11Connection& connection,
                const X11Place& place,
                const X11Pixels& pixels,
                const Rect& part);

/// A BGRX8 picture of our own, in shared memory where the server takes that.
class X11Image {
  public:
    X11Image() = default;

    /// Its content is undefined. Blocks: a round trip. Errors: System, where memory is short.
    static Result<X11Image> create(const X11Connection& connection,
                                   Size size,
                                   std::uint32_t stride);

    Size size() const { return size_; }

    std::uint32_t stride() const { return stride_; }

    std::span<std::byte> bytes() const { return memory_.bytes(); }

    X11Pixels pixels() const;

  private:
    MappedMemory memory_;
    std::optional<X11Segment> segment_;
    std::uint32_t stride_ = 0;
    Size size_;
};

}  // namespace oriel
