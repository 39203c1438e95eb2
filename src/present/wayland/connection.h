// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/result.h"
#include "present/wayland/owned.h"

namespace oriel {

/// What a compositor offers once each. Null: it does not (or nothing asks for it). Those of more
/// than one kind of thing (outputs, seats) are found by WaylandConnection::watch_globals().
struct WaylandGlobals {
    WaylandOwned<wl_compositor> compositor;        ///< Version 4 at least; never null.
    WaylandOwned<wl_subcompositor> subcompositor;  ///< Never null.
    WaylandOwned<wl_shm> shm;                      ///< Never null.
    WaylandOwned<xdg_wm_base> shell;               ///< Never null.
    WaylandOwned<wp_viewporter> viewporter;        ///< Never null.
    WaylandOwned<wp_presentation> presentation;
    WaylandOwned<wp_fractional_scale_manager_v1> fractional_scale;
    WaylandOwned<wp_single_pixel_buffer_manager_v1> single_pixel;
    WaylandOwned<wp_tearing_control_manager_v1> tearing;
    WaylandOwned<wp_content_type_manager_v1> content_type;
    WaylandOwned<wp_fifo_manager_v1> fifo;
    WaylandOwned<xdg_activation_v1> activation;
    WaylandOwned<zxdg_decoration_manager_v1> decoration;
    WaylandOwned<zwp_idle_inhibit_manager_v1> idle_inhibit;
    WaylandOwned<wp_cursor_shape_manager_v1> cursor_shape;
    WaylandOwned<zwp_pointer_constraints_v1> pointer_constraints;
    WaylandOwned<zwp_relative_pointer_manager_v1> relative_pointer;
    WaylandOwned<zwp_keyboard_shortcuts_inhibit_manager_v1> shortcuts_inhibit;
};

/// A connection to a compositor: what it offers, and its events.
///
/// Events come through one queue and are told by listeners in dispatch() alone. Its address is
/// theirs, so it stays in its place.
class WaylandConnection {
  public:
    /// `display`: a socket's name or path; empty: as the environment says (WAYLAND_SOCKET,
    /// WAYLAND_DISPLAY). Blocks: until the compositor has answered; 5 s at most.
    /// Errors: NotFound where there is none or it does not answer; Unsupported where it lacks
    /// what we cannot do without, by name.
    static Result<std::unique_ptr<WaylandConnection>> open(const std::string& display);

    WaylandConnection(const WaylandConnection&) = delete;
    WaylandConnection& operator=(const WaylandConnection&) = delete;
    ~WaylandConnection();

    wl_display* get() const { return display_.get(); }

    wl_registry* registry() const { return registry_.get(); }

    const WaylandGlobals& globals() const { return globals_; }

    const std::string& name() const { return name_; }

    /// Of wl_shm's enumeration.
    bool has_shm_format(std::uint32_t format) const;

    /// In which presentation feedback counts.
    clockid_t presentation_clock() const { return presentation_clock_; }

    /// A global of a kind that comes in any number, and at any time.
    struct Global {
        std::uint32_t name;
        std::string interface;
        std::uint32_t version;
    };

    /// One of which there is one, for whoever binds it itself.
    std::optional<Global> find_global(const std::string& interface) const;

    using GlobalHeard = std::function<void(const Global&)>;

    /// Tells of those there are, at once, and of those to come and to go.
    /// Lifetime: both are called until the connection ends.
    void watch_globals(const std::string& interface, GlobalHeard added, GlobalHeard removed);

    /// Until the compositor has worked off all that was asked of it; dispatches events meanwhile.
    /// Blocks: 5 s at most. Errors: the display is gone, or does not answer.
    Result<void> round_trip();

    int fd() const;

    /// Writes what is queued, as far as the socket takes it. Never blocks.
    void flush();

    /// Reads what has come and calls the listeners. Never blocks. Errors: the display is gone.
    Result<void> dispatch();

    /// Calls the listeners for what was read already. Errors: as dispatch().
    Result<void> dispatch_read();

    /// Errors: the display is gone, and why.
    Result<void> check() const;

  private:
    struct Watch {
        std::string interface;
        GlobalHeard added;
        GlobalHeard removed;
    };

    WaylandConnection(WaylandOwned<wl_display> display, std::string name);

    Result<void> learn();
    Result<void> require() const;
    void add_global(std::uint32_t name, const char* interface, std::uint32_t version);
    void remove_global(std::uint32_t name);
    void listen_to_globals();
    void add_shm_format(std::uint32_t format);
    void answer_ping(std::uint32_t serial);
    void set_presentation_clock(std::uint32_t clock);
    Error lost() const;

    WaylandOwned<wl_display> display_;  // First: everything else ends before it.
    std::string name_;
    WaylandOwned<wl_registry> registry_;
    WaylandGlobals globals_;
    std::vector<Global> all_;
    std::vector<Watch> watches_;
    std::vector<std::uint32_t> shm_formats_;
    clockid_t presentation_clock_ = CLOCK_MONOTONIC;
};

}  // namespace oriel
