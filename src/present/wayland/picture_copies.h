// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "present/wayland/shm_image.h"
#include "relay/damage.h"
#include "relay/geometry.h"

namespace oriel {

/// One picture in as many images as the compositor keeps busy: two, in most cases. Each change is
/// written into one that it does not read; what it missed meanwhile is made up for.
class WaylandPictureCopies {
  public:
    explicit WaylandPictureCopies(const WaylandConnection& connection) : connection_(&connection) {}

    /// What all images are like. Another shape than before: nothing is kept of the picture.
    struct Shape {
        Size size;
        std::uint32_t stride = 0;
        std::uint32_t format = 0;  ///< Of wl_shm's enumeration.

        friend bool operator==(const Shape&, const Shape&) = default;
    };

    void set_shape(const Shape& shape);

    /// An image to write the next picture into.
    struct Target {
        WaylandImage* image;
        Damage stale;  ///< What it lacks of the picture finished last.
    };

    /// The same until finish(). Errors: System, Unsupported: there is no more such memory.
    Result<Target> target();

    /// As target(), after what it lacks was copied from the last: only what is new has to be
    /// written.
    Result<WaylandImage*> caught_up_target();

    /// Whether these bytes are the target's.
    bool is_target(std::span<const std::byte> bytes) const;

    /// The target holds the picture now; `changed` is what differs from the one before.
    /// Returns: a buffer for one attach and commit.
    wl_buffer* finish(const Damage& changed);

  private:
    struct Copy {
        std::unique_ptr<WaylandImage> image;
        Damage stale;
    };

    Result<std::size_t> free_copy();

    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    const WaylandConnection* connection_;
    Shape shape_;
    std::vector<Copy> copies_;
    std::size_t last_ = kNone;  ///< The one finished last.
    std::size_t target_ = kNone;
    std::vector<std::unique_ptr<WaylandImage>> retired_;  ///< Of another shape, still read.
};

}  // namespace oriel
