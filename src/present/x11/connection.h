// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <xcb/render.h>
#include <xcb/xcb.h>

#include "base/result.h"
#include "relay/geometry.h"

namespace oriel {

struct FreeReply {
    void operator()(void* reply) const noexcept { std::free(reply); }
};

/// A reply, event or error of xcb's, which come from malloc().
template <class T>
using XcbReply = std::unique_ptr<T, FreeReply>;

enum class X11Atom : std::uint8_t {
    Utf8String,
    WmProtocols,
    WmDeleteWindow,
    NetWmPing,
    NetWmPid,
    NetWmName,
    NetWmIcon,
    NetWmState,
    NetWmStateFullscreen,
    NetWmStateHidden,
    NetWmBypassCompositor,
    NetSupported,
    Count,
};

/// The pixels windows are made of: 8 bits each of red, green, blue in 32, little-endian.
struct X11Visual {
    std::uint8_t depth = 24;
    xcb_visualid_t id = 0;
    bool is_root = false;  ///< Else windows need a colour map and a border of their own.
};

/// What the server can do beyond the core protocol.
struct X11Abilities {
    bool attaches_fds = false;  ///< MIT-SHM 1.2 over a socket that carries descriptors.
    bool scales = false;        ///< RENDER 0.10, with the formats we need.
    bool times = false;         ///< Present.
    bool has_modes = false;     ///< RandR 1.3.
    std::uint8_t present_opcode = 0;
    std::uint8_t shm_opcode = 0;
    std::uint8_t input_opcode = 0;  ///< XInput; 0: there is none.
    xcb_render_pictformat_t argb_format = XCB_NONE;
    xcb_render_pictformat_t window_format = XCB_NONE;
};

/// A connection to an X server, and what was asked of it once, at the start.
///
/// X errors end nothing: they arrive among the events.
class X11Connection {
  public:
    /// `display` as in $DISPLAY; empty: that. Blocks: four round trips. Errors: NotFound where
    /// there is no such server, Unsupported where its screen has no suitable pixels.
    static Result<X11Connection> open(const std::string& display);

    xcb_connection_t* get() const { return connection_.get(); }

    const xcb_screen_t& screen() const { return *screen_; }

    const std::string& name() const { return name_; }

    const X11Visual& visual() const { return visual_; }

    const X11Abilities& abilities() const { return abilities_; }

    xcb_atom_t atom(X11Atom which) const { return atoms_[static_cast<std::size_t>(which)]; }

    /// The screen's, which may have changed since open(). Blocks: a round trip.
    Size root_size() const;

    /// Errors: NotFound once the server has gone.
    Result<void> check() const;

  private:
    struct Disconnect {
        void operator()(xcb_connection_t* connection) const noexcept { xcb_disconnect(connection); }
    };

    X11Connection() = default;

    Result<void> choose_visual();
    void intern_atoms();
    void ask_abilities();
    void take_render_formats(const xcb_render_query_pict_formats_reply_t& formats);

    std::unique_ptr<xcb_connection_t, Disconnect> connection_;
    const xcb_screen_t* screen_ = nullptr;
    std::string name_;
    X11Visual visual_;
    X11Abilities abilities_;
    std::array<xcb_atom_t, static_cast<std::size_t>(X11Atom::Count)> atoms_{};
};

}  // namespace oriel
