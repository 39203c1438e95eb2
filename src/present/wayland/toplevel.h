// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "relay/geometry.h"

struct wl_output;

namespace oriel {

/// By which desktops find our icon and name.
inline constexpr const char* kWaylandAppId = "oriel";

/// What a compositor wants of a window, all of it at once.
struct WaylandWanted {
    Size size{};             ///< Of the content, logical, without a frame. Empty: left to us.
    bool is_forced = false;  ///< Full screen, maximised or tiled: no other size is right.
    bool is_full_screen = false;
    bool is_suspended = false;  ///< Nobody can see it.
};

/// Who hears what becomes of a top-level window. Called while events are dispatched, and from
/// within the functions of WaylandToplevel.
class WaylandToplevelListener {
  public:
    /// Returns: the size that the content takes on.
    virtual Size on_wanted(const WaylandWanted& wanted) = 0;

    /// No larger than that, please; logical. Empty: as large as it likes.
    virtual void on_bounds(Size bounds) = 0;
    virtual void on_close_wanted() = 0;

    /// Something beside the content is to be seen with the surface's next commit.
    virtual void on_commit_wanted() = 0;

  protected:
    WaylandToplevelListener() = default;
    WaylandToplevelListener(const WaylandToplevelListener&) = default;
    WaylandToplevelListener& operator=(const WaylandToplevelListener&) = default;
    ~WaylandToplevelListener() = default;
};

/// What makes a surface a window among others: its title, its states, and perhaps a frame.
///
/// Lifetime: ends before its surface, which may then be given another one.
class WaylandToplevel {
  public:
    enum class Frame : std::uint8_t { None, ByCompositor, ByLibrary };

    virtual ~WaylandToplevel() = default;
    WaylandToplevel(const WaylandToplevel&) = delete;
    WaylandToplevel& operator=(const WaylandToplevel&) = delete;

    /// Who draws title bar and border; known with the answer to map().
    virtual Frame frame() const = 0;

    virtual void set_title(const std::string& title) = 0;

    /// Null: the output that the compositor chooses.
    virtual void fill(wl_output* output) = 0;
    virtual void leave_full_screen() = 0;

    /// Asks the compositor what it wants, by a commit of the surface without content.
    virtual void map() = 0;

    /// For the surface's commit that follows: the content has that size, and what was wanted last
    /// is done.
    virtual void prepare_commit(Size content) = 0;

  protected:
    WaylandToplevel() = default;
};

}  // namespace oriel
