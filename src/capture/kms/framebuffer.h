// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/linux/fd.h"
#include "base/result.h"
#include "capture/kms/drm_card.h"
#include "capture/kms/gpu_types.h"
#include "capture/screen_look_pace.h"
#include "relay/geometry.h"

namespace oriel::kms_capture {

/// What is made to read a framebuffer is given back when nobody asked for that long: somewhat
/// longer than a screen at rest goes without a look.
inline constexpr Nanoseconds kFramebufferUnused =
    ScreenLookPace::kLongestPause + std::chrono::seconds(1);

/// A framebuffer of a card, as the kernel tells it now, with names for its memory.
///
/// Lifetime: borrows the card. The names ("handles") are this object's own and go with it.
class Framebuffer {
  public:
    /// A part of its memory: pixels, or what a GPU notes about pixels that it compressed.
    struct Plane {
        std::uint32_t handle = 0;
        std::uint32_t offset = 0;  ///< Bytes.
        std::uint32_t pitch = 0;   ///< Bytes from row to row; of tiles, what the layout says.
    };

    /// Errors: NotFound where it vanished meanwhile; System, naming the cure where it is a matter
    /// of rights; Protocol where it has a size that no screen has.
    static Result<Framebuffer> open(const DrmCard& card, std::uint32_t id);

    Size size() const { return size_; }

    const FramebufferFormat& format() const { return format_; }

    /// One at least, four at most.
    std::span<const Plane> planes() const { return planes_; }

    /// The memory of a plane as a dma-buf. Errors: System.
    Result<UniqueFd> export_memory(const Plane& plane) const;

  private:
    /// Names of memory, counted anew for each framebuffer opened: each has to be closed.
    class Handles {
      public:
        explicit Handles(const DrmCard& card) : card_(&card) {}

        ~Handles();
        Handles(Handles&&) = default;
        Handles& operator=(Handles&&) = delete;
        Handles(const Handles&) = delete;
        Handles& operator=(const Handles&) = delete;

        /// One that is there already is the same name.
        void add(std::uint32_t handle);

        const DrmCard& card() const { return *card_; }

      private:
        const DrmCard* card_;
        std::vector<std::uint32_t> handles_;
    };

    explicit Framebuffer(const DrmCard& card) : handles_(card) {}

    Handles handles_;
    Size size_;
    FramebufferFormat format_;
    std::vector<Plane> planes_;
};

}  // namespace oriel::kms_capture
