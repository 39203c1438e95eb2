// SPDX-License-Identifier: MIT
#include "capture/x11/damage_tracker.h"

#include <algorithm>

#include "capture/x11/event.h"

namespace oriel::x11_capture {
namespace {

Rect within(const xcb_rectangle_t& rect, Size screen) {
    const int left = std::max<int>(rect.x, 0);
    const int top = std::max<int>(rect.y, 0);
    const int right = std::min<int>(rect.x + rect.width, static_cast<int>(screen.width));
    const int bottom = std::min<int>(rect.y + rect.height, static_cast<int>(screen.height));
    if (left >= right || top >= bottom) {
        return {};
    }
    return {static_cast<std::uint32_t>(left),
            static_cast<std::uint32_t>(top),
            static_cast<std::uint32_t>(right - left),
            static_cast<std::uint32_t>(bottom - top)};
}

}  // namespace

DamageTracker::DamageTracker(const Connection& connection)
    : connection_(connection), region_(xcb_generate_id(connection.get())) {
    xcb_xfixes_create_region(connection.get(), region_, 0, nullptr);
}

void DamageTracker::start() {
    if (damage_ != XCB_NONE) {
        return;
    }
    xcb_connection_t* const raw = connection_.get();
    damage_ = xcb_generate_id(raw);
    xcb_damage_create(raw, damage_, connection_.root(), XCB_DAMAGE_REPORT_LEVEL_NON_EMPTY);
    // A new object counts the whole window as changed; the caller knows.
    last_take_ = xcb_damage_subtract(raw, damage_, XCB_NONE, XCB_NONE).sequence;
}

void DamageTracker::stop() {
    if (damage_ != XCB_NONE) {
        xcb_damage_destroy(connection_.get(), damage_);
        damage_ = XCB_NONE;
    }
}

bool DamageTracker::is_notice(const xcb_generic_event_t& event) const {
    if (type_of(event) != connection_.extensions().damage_event + XCB_DAMAGE_NOTIFY ||
        event_as<xcb_damage_notify_event_t>(event).damage != damage_) {
        return false;
    }
    // An event carries the number of our last request before it. Numbers wrap.
    return static_cast<std::int32_t>(event.full_sequence - last_take_) >= 0;
}

DamageTracker::Taking DamageTracker::take() {
    last_take_ = xcb_damage_subtract(connection_.get(), damage_, XCB_NONE, region_).sequence;
    return {xcb_xfixes_fetch_region(connection_.get(), region_)};
}

Result<Damage> DamageTracker::wait(const Taking& taking, Size screen) {
    const Reply<xcb_xfixes_fetch_region_reply_t> reply(
        xcb_xfixes_fetch_region_reply(connection_.get(), taking.cookie, nullptr));
    if (!reply) {
        return Failure(connection_.gone());
    }
    const auto count =
        static_cast<std::size_t>(xcb_xfixes_fetch_region_rectangles_length(reply.get()));
    return damage_within({xcb_xfixes_fetch_region_rectangles(reply.get()), count}, screen);
}

Damage damage_within(std::span<const xcb_rectangle_t> rects, Size screen) {
    constexpr std::size_t kManyRects = 2 * std::size_t{abi::kMaxDamageRects};
    const std::size_t at_once =
        rects.size() <= kManyRects ? 1 : rects.size() / abi::kMaxDamageRects + 1;
    Damage damage;
    for (std::size_t first = 0; first < rects.size(); first += at_once) {
        Rect merged;
        for (const auto& rect : rects.subspan(first, std::min(at_once, rects.size() - first))) {
            merged = merged.united(within(rect, screen));
        }
        damage.add(merged);
    }
    return damage;
}

}  // namespace oriel::x11_capture
