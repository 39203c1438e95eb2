// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "relay/geometry.h"

namespace oriel {

/// The pixels of a SPICE surface, to be copied out.
///
/// Lifetime: borrows them.
class SurfacePixels {
  public:
    /// As the library names a surface: one of SPICE_SURFACE_FMT_..., and signed numbers.
    struct Claim {
        int format = 0;
        int width = 0;
        int height = 0;
        int stride = 0;  ///< Bytes.
        const void* pixels = nullptr;
    };

    /// Nothing where no screen of ours is like that: an unknown format, a side that is none, rows
    /// that overlap or run backwards.
    static std::optional<SurfacePixels> check(const Claim& claim);

    Size size() const { return size_; }

    /// As B, G, R, undefined, to the same place of a picture of the same size, its rows `stride`
    /// bytes apart. Parts outside of the surface are left out.
    void copy(const Rect& part, std::span<std::byte> to, std::uint32_t stride) const;

  private:
    SurfacePixels(const Claim& claim, Size size)
        : format_(claim.format),
          size_(size),
          stride_(static_cast<std::size_t>(claim.stride)),
          pixels_(static_cast<const std::byte*>(claim.pixels)) {}

    int format_;
    Size size_;
    std::size_t stride_;
    const std::byte* pixels_;
};

/// For people; empty where check() takes it.
std::string refused_format(int format);

}  // namespace oriel
