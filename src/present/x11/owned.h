// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include <xcb/xcb.h>

namespace oriel {

/// Owns something on the server and has it freed there: `X11Owned<xcb_free_pixmap>`.
///
/// Lifetime: ends before the connection. A default-made or moved-from one owns nothing.
template <auto Free>
class X11Owned {
  public:
    X11Owned() = default;

    X11Owned(xcb_connection_t* connection, std::uint32_t id) : owned_(connection, Destroy{id}) {}

    explicit operator bool() const { return owned_ != nullptr; }

    /// XCB_NONE where there is nothing.
    std::uint32_t id() const { return owned_ ? owned_.get_deleter().id : XCB_NONE; }

  private:
    struct Destroy {
        std::uint32_t id = XCB_NONE;

        void operator()(xcb_connection_t* connection) const noexcept { Free(connection, id); }
    };

    std::unique_ptr<xcb_connection_t, Destroy> owned_;
};

using X11Gc = X11Owned<xcb_free_gc>;
using X11Pixmap = X11Owned<xcb_free_pixmap>;

}  // namespace oriel
