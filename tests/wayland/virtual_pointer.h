// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <wayland-client.h>
#include <wlr-virtual-pointer-unstable-v1-client-protocol.h>

#include "base/result.h"
#include "relay/geometry.h"

namespace oriel::test {

/// A mouse on a compositor that has none, for as long as it lives.
///
/// Lifetime: stays where it is. Blocks: each call, until the compositor has done it.
class VirtualPointer {
  public:
    struct Point {
        std::uint32_t x;
        std::uint32_t y;
    };

    /// Errors: NotFound where nobody answers; Unsupported where it cannot be played.
    static Result<std::unique_ptr<VirtualPointer>> open(const std::string& display);

    VirtualPointer(const VirtualPointer&) = delete;
    VirtualPointer& operator=(const VirtualPointer&) = delete;
    ~VirtualPointer();

    /// Pixels of all outputs together, which are `space` large.
    void move_to(Point place, Size space) const;

  private:
    VirtualPointer() = default;

    wl_display* display_ = nullptr;
    wl_registry* registry_ = nullptr;
    zwlr_virtual_pointer_manager_v1* manager_ = nullptr;
    zwlr_virtual_pointer_v1* pointer_ = nullptr;
};

}  // namespace oriel::test
