// SPDX-License-Identifier: MIT
#include "capture/x11/cursor_tracker.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <xcb/xinput.h>

#include "abi/cursor.h"
#include "capture/x11/event.h"

namespace oriel::x11_capture {
namespace {

/// An XInput 2 event mask; 0: nothing any more.
void select_input(const Connection& connection, std::uint32_t mask) {
    if (connection.extensions().xinput_opcode == 0) {
        return;
    }

    const struct {
        xcb_input_event_mask_t head;
        std::uint32_t mask;
    } selection{{XCB_INPUT_DEVICE_ALL_MASTER, 1}, mask};

    xcb_input_xi_select_events(connection.get(), connection.root(), 1, &selection.head);
}

/// Where a window of at most kMaxCursorSide begins so that `hot` lies inside.
std::uint32_t first_kept(std::uint32_t side, std::uint32_t hot) {
    if (side <= abi::kMaxCursorSide) {
        return 0;
    }
    const std::uint32_t before = abi::kMaxCursorSide / 2;
    return std::min(hot > before ? hot - before : 0, side - abi::kMaxCursorSide);
}

}  // namespace

void CursorTracker::start() {
    running_ = true;
    image_wanted_ = true;
    position_wanted_ = true;
    xcb_xfixes_select_cursor_input(
        connection_.get(), connection_.root(), XCB_XFIXES_CURSOR_NOTIFY_MASK_DISPLAY_CURSOR);
    select_input(connection_, XCB_INPUT_XI_EVENT_MASK_RAW_MOTION);
    update();
}

void CursorTracker::stop() {
    running_ = false;
    xcb_xfixes_select_cursor_input(connection_.get(), connection_.root(), 0);
    select_input(connection_, 0);
}

void CursorTracker::handle(const xcb_generic_event_t& event) {
    const std::uint8_t type = type_of(event);
    const Extensions& extensions = connection_.extensions();
    if (type == extensions.xfixes_event + XCB_XFIXES_CURSOR_NOTIFY) {
        image_wanted_ = true;
        return;
    }
    if (type == XCB_GE_GENERIC) {
        const auto& generic = event_as<xcb_ge_generic_event_t>(event);
        if (generic.extension == extensions.xinput_opcode &&
            generic.event_type == XCB_INPUT_RAW_MOTION) {
            position_wanted_ = true;
        }
    }
}

void CursorTracker::update() {
    take_position();
    take_shape();
    if (!running_) {
        return;
    }
    if (position_wanted_ && !position_asked_) {
        position_asked_ = xcb_query_pointer(connection_.get(), connection_.root());
        position_wanted_ = false;
    }
    if (image_wanted_ && !image_asked_) {
        image_asked_ = xcb_xfixes_get_cursor_image(connection_.get());
        image_wanted_ = false;
    }
}

std::optional<CursorImage> CursorTracker::take_image() {
    return std::exchange(image_, std::nullopt);
}

void CursorTracker::take_position() {
    if (!position_asked_) {
        return;
    }
    const auto polled =
        connection_.poll_reply<xcb_query_pointer_reply_t>(position_asked_->sequence);
    if (!polled.has_come) {
        return;
    }
    position_asked_.reset();
    if (polled.reply) {
        // Elsewhere: on another screen of the same server.
        const bool is_here = polled.reply->same_screen != 0;
        position_ = {
            polled.reply->root_x,
            polled.reply->root_y,
            is_here ? CursorPosition::Visibility::Shown : CursorPosition::Visibility::Hidden};
    }
}

void CursorTracker::take_shape() {
    if (!image_asked_) {
        return;
    }
    const auto polled =
        connection_.poll_reply<xcb_xfixes_get_cursor_image_reply_t>(image_asked_->sequence);
    if (!polled.has_come) {
        return;
    }
    image_asked_.reset();
    if (!polled.reply) {
        return;
    }
    const auto& reply = *polled.reply;
    const auto count =
        static_cast<std::size_t>(xcb_xfixes_get_cursor_image_cursor_image_length(&reply));
    auto image = make_cursor_image({reply.width, reply.height},
                                   reply.xhot,
                                   reply.yhot,
                                   {xcb_xfixes_get_cursor_image_cursor_image(&reply), count});
    if (image) {
        image_ = std::move(image);
    }
}

std::optional<CursorImage> make_cursor_image(Size size,
                                             std::uint32_t hot_x,
                                             std::uint32_t hot_y,
                                             std::span<const std::uint32_t> pixels) {
    if (size.is_empty() || pixels.size() < size.area()) {
        return std::nullopt;
    }
    const std::uint32_t left = first_kept(size.width, hot_x);
    const std::uint32_t top = first_kept(size.height, hot_y);
    CursorImage image;
    image.size = {std::min(size.width, abi::kMaxCursorSide),
                  std::min(size.height, abi::kMaxCursorSide)};
    image.stride = image.size.width * std::uint32_t{sizeof(std::uint32_t)};
    image.hot_x = std::min(hot_x - std::min(left, hot_x), image.size.width - 1);
    image.hot_y = std::min(hot_y - std::min(top, hot_y), image.size.height - 1);
    image.pixels.resize(std::size_t{image.stride} * image.size.height);
    for (std::uint32_t row = 0; row < image.size.height; ++row) {
        // ARGB words are BGRA bytes here: little-endian both.
        std::memcpy(image.pixels.data() + std::size_t{row} * image.stride,
                    pixels.data() + std::size_t{top + row} * size.width + left,
                    image.stride);
    }
    return image;
}

}  // namespace oriel::x11_capture
