// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "present/pointer_motion.h"
#include "present/presenter.h"
#include "present/wayland/connection.h"
#include "present/wayland/input_queue.h"
#include "present/wayland/owned.h"
#include "present/wayland/seat.h"
#include "relay/geometry.h"

namespace oriel {

/// The grabs of one window. A compositor grants each when it likes, or never, and may take it back;
/// it ends them all with the connection.
///
/// - The keyboard: the compositor is asked to leave its own shortcuts to us. Where it does not,
///   everything else that is typed still comes: the grab stands, and limit() says so.
/// - Relative: the pointer is locked. Without that there is no way on: the grab is lost.
/// - Confined: to the picture, from when the pointer is there. Where the compositor cannot, the
///   grab stands, as with the keyboard.
class WaylandGrab {
  public:
    WaylandGrab(const WaylandConnection& connection, wl_surface* surface, WaylandInputQueue& queue)
        : connection_(&connection), surface_(surface), queue_(&queue) {}

    WaylandGrab(const WaylandGrab&) = delete;
    WaylandGrab& operator=(const WaylandGrab&) = delete;

    /// By that seat, null where none has the focus. `picture`: where it is, in logical pixels;
    /// empty: all of the window.
    void set(const Grab& wanted, const WaylandSeat* seat, const Rect& picture);

    /// Lets go of everything.
    void drop();

    /// As drop(), and tells why in take_loss(), if there was anything to lose.
    void lose(const std::string& why);

    bool is_held() const { return held_ != Grab{}; }

    /// Which seat's pointer holds it; for comparing alone.
    bool is_by(const WaylandPointer& pointer) const { return pointer_ == &pointer; }

    /// Where the pointer is to be once it is not locked any more; with the window's next commit.
    void place_locked(Viewport::Point place);

    bool is_locked() const { return is_locked_; }

    /// The picture lies elsewhere. With the window's next commit.
    void follow_picture(const Rect& picture);

    /// Judges answers that do not come: to be called at least twice a second while it is held.
    void check();

    /// Why everything was lost, once.
    std::optional<std::string> take_loss() { return std::exchange(loss_, std::nullopt); }

    /// What of the grab is not ours, for people; empty: nothing is amiss.
    const std::string& limit() const { return limit_; }

  private:
    void take_keyboard(const WaylandSeat& seat);
    void take_pointer(Grab::Pointer kind, const WaylandSeat& seat, const Rect& picture);
    void lock(const Rect& picture);
    void confine(const Rect& picture);
    void drop_pointer();
    WaylandOwned<wl_region> region_of(const Rect& rect) const;

    void take_inhibiting();
    void take_not_inhibiting();
    void take_locked();
    void take_unlocked();
    void take_confined();
    void take_unconfined();
    void take_motion(std::uint32_t time_high,
                     std::uint32_t time_low,
                     std::int32_t x,
                     std::int32_t y,
                     std::int32_t raw_x,
                     std::int32_t raw_y);

    std::string keyboard_limit(bool is_overdue) const;
    std::string pointer_limit(bool is_overdue) const;
    std::string why_not_locked() const;

    const WaylandConnection* connection_;
    wl_surface* surface_;
    WaylandInputQueue* queue_;
    Grab held_;
    wl_seat* seat_ = nullptr;
    WaylandPointer* pointer_ = nullptr;
    WaylandOwned<zwp_keyboard_shortcuts_inhibitor_v1> inhibitor_;
    WaylandOwned<zwp_relative_pointer_v1> relative_;
    WaylandOwned<zwp_locked_pointer_v1> lock_;
    WaylandOwned<zwp_confined_pointer_v1> confinement_;
    Rect region_;
    MotionSum sum_;
    Nanoseconds asked_{0};
    bool is_inhibiting_ = false;
    bool was_inhibiting_ = false;
    bool is_locked_ = false;
    bool is_confined_ = false;
    std::optional<std::string> loss_;
    std::string limit_;
};

}  // namespace oriel
