// SPDX-License-Identifier: MIT
#include "present/x11/raw_motion.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace oriel {
namespace {

constexpr std::int64_t kOne = MotionSum::kOne;
constexpr std::uint16_t kXAxis = 0;
constexpr std::uint16_t kYAxis = 1;

std::int64_t number_of(const xcb_input_fp3232_t& value) {
    return std::int64_t{value.integral} * kOne + value.frac;
}

/// The axes an event tells of stand in its mask's order; X and Y are the first two.
struct RawNumbers {
    std::optional<std::int64_t> x;
    std::optional<std::int64_t> y;
};

RawNumbers read_numbers(const xcb_input_raw_motion_event_t& event) {
    const int words = xcb_input_raw_button_press_valuator_mask_length(&event);
    if (words < 1) {
        return {};
    }
    const std::uint32_t mask = *xcb_input_raw_button_press_valuator_mask(&event);
    const xcb_input_fp3232_t* numbers = xcb_input_raw_button_press_axisvalues_raw(&event);
    RawNumbers found;
    if ((mask & 1U << kXAxis) != 0) {
        found.x = number_of(*numbers++);
    }
    if ((mask & 1U << kYAxis) != 0) {
        found.y = number_of(*numbers);
    }
    return found;
}

}  // namespace

std::int64_t MotionAxis::counts(std::int64_t number) {
    if (kind == Kind::Relative) {
        return number;
    }
    const std::optional<std::int64_t> before = std::exchange(last, number);
    return before ? std::llround(static_cast<double>(number - *before) * scale) : 0;
}

/// Before 2.1 a grab keeps raw events from whoever holds it.
bool X11RawMotion::is_new_enough() const {
    if (connection_->abilities().input_opcode == 0) {
        return false;
    }
    const XcbReply<xcb_input_xi_query_version_reply_t> version(xcb_input_xi_query_version_reply(
        connection_->get(), xcb_input_xi_query_version(connection_->get(), 2, 2), nullptr));
    return version && (version->major_version > 2 ||
                       (version->major_version == 2 && version->minor_version >= 1));
}

Result<void> X11RawMotion::start() {
    if (!is_new_enough()) {
        return Failure(Error::unsupported(fmt::format(
            "cannot lock the pointer: the X server {} has no XInput 2.1; give the guest a tablet",
            connection_->name())));
    }
    is_started_ = true;
    sum_.clear();
    devices_.clear();
    read_devices(XCB_INPUT_DEVICE_ALL);
    select(XCB_INPUT_XI_EVENT_MASK_RAW_MOTION);
    return {};
}

void X11RawMotion::stop() {
    if (std::exchange(is_started_, false)) {
        select(0);
        sum_.clear();
    }
}

void X11RawMotion::select(std::uint32_t mask) const {
    struct {
        xcb_input_event_mask_t head;
        std::uint32_t mask;
    } const selected{{XCB_INPUT_DEVICE_ALL_MASTER, 1}, mask};

    xcb_input_xi_select_events(connection_->get(), connection_->screen().root, 1, &selected.head);
}

void X11RawMotion::read_devices(xcb_input_device_id_t which) {
    const XcbReply<xcb_input_xi_query_device_reply_t> reply(xcb_input_xi_query_device_reply(
        connection_->get(), xcb_input_xi_query_device(connection_->get(), which), nullptr));
    if (!reply) {
        return;
    }
    const Size screen = connection_->root_size();
    for (auto info = xcb_input_xi_query_device_infos_iterator(reply.get()); info.rem > 0;
         xcb_input_xi_device_info_next(&info)) {
        read_device(*info.data, screen);
    }
}

void X11RawMotion::read_device(const xcb_input_xi_device_info_t& info, Size screen) {
    Device& device = devices_[info.deviceid];
    for (auto found = xcb_input_xi_device_info_classes_iterator(&info); found.rem > 0;
         xcb_input_device_class_next(&found)) {
        if (found.data->type != XCB_INPUT_DEVICE_CLASS_TYPE_VALUATOR) {
            continue;
        }
        const auto& axis = reinterpret_cast<const xcb_input_valuator_class_t&>(*found.data);
        const auto range = static_cast<double>(number_of(axis.max) - number_of(axis.min));
        if (axis.mode != XCB_INPUT_VALUATOR_MODE_ABSOLUTE || range <= 0 || axis.number > kYAxis) {
            continue;
        }
        const bool is_x = axis.number == kXAxis;
        const auto side = static_cast<double>(is_x ? screen.width : screen.height);
        (is_x ? device.x : device.y) = {.kind = MotionAxis::Kind::Absolute,
                                        .scale = side * static_cast<double>(kOne) / range};
    }
}

bool X11RawMotion::take(const xcb_ge_generic_event_t& event) {
    if (!is_started_ || event.event_type != XCB_INPUT_RAW_MOTION) {
        return false;
    }
    const auto& motion = reinterpret_cast<const xcb_input_raw_motion_event_t&>(event);
    if (!devices_.contains(motion.sourceid)) {
        read_devices(motion.sourceid);
    }
    Device& device = devices_[motion.sourceid];
    const RawNumbers numbers = read_numbers(motion);
    sum_.add(numbers.x ? device.x.counts(*numbers.x) : 0,
             numbers.y ? device.y.counts(*numbers.y) : 0);
    return true;
}

}  // namespace oriel
