// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include <xcb/xinput.h>

#include "base/result.h"
#include "present/pointer_motion.h"
#include "present/presenter.h"
#include "present/x11/connection.h"

namespace oriel {

/// One coordinate of a device: how its numbers become counts.
struct MotionAxis {
    enum class Kind : std::uint8_t { Relative, Absolute } kind = Kind::Relative;

    /// Absolute: the screen's pixels on the way from its smallest number to its largest.
    double scale = 1;

    /// Absolute: the number before.
    std::optional<std::int64_t> last{};  // NOLINT(readability-redundant-member-init): gcc wants it

    /// Of a number as the server sends it, in 1/2^32.
    std::int64_t counts(std::int64_t number);
};

/// What the mouse itself says (XInput 2.1 raw events): not accelerated, not stopped by an edge of
/// the screen. A device that has only positions (a tablet, a virtual machine's) moves by the
/// difference of two.
class X11RawMotion {
  public:
    explicit X11RawMotion(const X11Connection& connection) : connection_(&connection) {}

    /// From now on. Blocks: three round trips. Errors: Unsupported.
    Result<void> start();
    void stop();

    /// An event of XInput's. True if it was one of these.
    bool take(const xcb_ge_generic_event_t& event);

    /// What came since it was last asked.
    std::optional<InputEvent> take_motion() { return sum_.take(); }

  private:
    struct Device {
        MotionAxis x;
        MotionAxis y;
    };

    bool is_new_enough() const;
    void select(std::uint32_t mask) const;
    void read_devices(xcb_input_device_id_t which);
    void read_device(const xcb_input_xi_device_info_t& info, Size screen);

    const X11Connection* connection_;
    bool is_started_ = false;
    std::map<xcb_input_device_id_t, Device> devices_;
    MotionSum sum_;
};

}  // namespace oriel
