// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/linux/fd.h"
#include "base/result.h"
#include "present/wayland/connection.h"
#include "relay/geometry.h"

namespace oriel {

/// A bare Wayland client: one window that fills an output, and pictures in one piece of memory,
/// each shown by handing its buffer on. XRGB8888, rows without gaps.
///
/// Lifetime: stays where it is, since the compositor's events lead to it.
class BenchWindow {
  public:
    static constexpr std::size_t kPictures = 3;

    static constexpr std::uint64_t picture_bytes(Size size) {
        return std::uint64_t{size.width} * size.height * 4;
    }

    /// `memory`: kPictures pictures of `size`, one after the other; lent for the call.
    /// Blocks: until the compositor has answered. Errors: there is none, or it refuses.
    static Result<std::unique_ptr<BenchWindow>> open(const std::string& display,
                                                     Size size,
                                                     const UniqueFd& memory);

    BenchWindow(const BenchWindow&) = delete;
    BenchWindow& operator=(const BenchWindow&) = delete;

    /// One that the compositor does not read; nothing where it reads all.
    std::optional<std::size_t> free_picture() const;

    /// Attaches and commits it. Sent by the next flush() or dispatch().
    void show(std::size_t picture, const Rect& damage);

    /// The compositor has asked for a frame since the last show().
    bool is_ready() const { return !callback_; }

    int fd() const { return connection_->fd(); }

    void flush() { connection_->flush(); }

    /// Hears what has come. Errors: the compositor is gone.
    Result<void> dispatch_ready() { return connection_->dispatch(); }

    /// Blocks: until something comes. Errors: as above.
    Result<void> dispatch();

  private:
    struct Picture {
        WaylandOwned<wl_buffer> buffer;
        bool is_busy = false;

        void release() { is_busy = false; }
    };

    BenchWindow(std::unique_ptr<WaylandConnection> connection, Size size);

    void make_pictures(const UniqueFd& memory);

    void acknowledge(std::uint32_t serial);

    void take_done(std::uint32_t /*time*/) { callback_.reset(); }

    std::unique_ptr<WaylandConnection> connection_;
    WaylandOwned<wl_surface> surface_;
    WaylandOwned<xdg_surface> shell_surface_;
    WaylandOwned<xdg_toplevel> toplevel_;
    WaylandOwned<wl_callback> callback_;
    std::array<Picture, kPictures> pictures_;
    Size size_;
};

}  // namespace oriel
