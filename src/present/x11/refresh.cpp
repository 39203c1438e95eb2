// SPDX-License-Identifier: MIT
#include "present/x11/refresh.h"

#include <chrono>
#include <cmath>
#include <utility>

#include <xcb/randr.h>

namespace oriel {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Nanoseconds kShortestPeriod = milliseconds(1);
constexpr Nanoseconds kLongestPeriod = milliseconds(50);
constexpr Nanoseconds kPlausible = seconds(1);  // Between a refresh and our hearing of it.
constexpr Nanoseconds kBetweenSamples = seconds(10);
constexpr std::uint64_t kFirstDistance = 30;  // Refreshes between the first two samples.
constexpr double kMillihertzNanoseconds = 1e12;

/// The mode of the first lit display.
std::uint32_t mode_mhz(const X11Connection& connection) {
    const auto cookie =
        xcb_randr_get_screen_resources_current(connection.get(), connection.screen().root);
    const XcbReply<xcb_randr_get_screen_resources_current_reply_t> screen(
        xcb_randr_get_screen_resources_current_reply(connection.get(), cookie, nullptr));
    if (!screen) {
        return 0;
    }
    const xcb_randr_crtc_t* crtcs = xcb_randr_get_screen_resources_current_crtcs(screen.get());
    xcb_randr_mode_t mode = XCB_NONE;
    for (int i = 0; i < screen->num_crtcs && mode == XCB_NONE; ++i) {
        const XcbReply<xcb_randr_get_crtc_info_reply_t> crtc(xcb_randr_get_crtc_info_reply(
            connection.get(),
            xcb_randr_get_crtc_info(connection.get(), crtcs[i], screen->config_timestamp),
            nullptr));
        mode = crtc ? crtc->mode : XCB_NONE;
    }
    for (auto info = xcb_randr_get_screen_resources_current_modes_iterator(screen.get());
         info.rem > 0;
         xcb_randr_mode_info_next(&info)) {
        const std::uint64_t dots = std::uint64_t{info.data->htotal} * info.data->vtotal;
        if (info.data->id == mode && dots > 0) {
            return static_cast<std::uint32_t>(std::uint64_t{info.data->dot_clock} * 1000 / dots);
        }
    }
    return 0;
}

}  // namespace

void RefreshEstimate::add(std::uint64_t count, Nanoseconds when, Nanoseconds now) {
    if (when > now + kPlausible || when < now - kPlausible) {
        last_.reset();
        value_ = {};
        return;
    }
    const std::optional<Sample> before = last_;
    last_ = {count, when};
    if (!before || count <= before->count) {
        if (before && count < before->count) {
            value_ = {};
        }
        return;
    }
    const auto refreshes = static_cast<std::int64_t>(count - before->count);
    const Nanoseconds period = (when - before->when) / refreshes;
    if (period < kShortestPeriod || period > kLongestPeriod) {
        value_ = {};
        return;
    }
    const double exact =
        static_cast<double>((when - before->when).count()) / static_cast<double>(refreshes);
    value_ = {static_cast<std::uint32_t>(std::lround(kMillihertzNanoseconds / exact)), when};
}

std::optional<Nanoseconds> refresh_after(const Presenter::Refresh& refresh, Nanoseconds now) {
    if (refresh.mhz == 0 || refresh.phase == Nanoseconds(0)) {
        return std::nullopt;
    }
    const Nanoseconds period(static_cast<std::int64_t>(kMillihertzNanoseconds / refresh.mhz));
    const Nanoseconds since = (now - refresh.phase) % period;
    return now + (since < Nanoseconds(0) ? -since : period - since);
}

X11Refresh::X11Refresh(const X11Connection& connection, xcb_window_t window)
    : connection_(&connection), window_(window) {
    if (!connection.abilities().times) {
        mode_.mhz = connection.abilities().has_modes ? mode_mhz(connection) : 0;
        return;
    }
    xcb_present_select_input(connection.get(),
                             xcb_generate_id(connection.get()),
                             window,
                             XCB_PRESENT_EVENT_MASK_COMPLETE_NOTIFY);
}

void X11Refresh::ask(std::uint64_t count) {
    xcb_present_notify_msc(connection_->get(), window_, 0, count, 0, 0);
}

void X11Refresh::on_frame(Nanoseconds now) {
    if (connection_->abilities().times && now >= next_) {
        next_ = now + kBetweenSamples;
        ask(0);
    }
}

void X11Refresh::take(const xcb_present_complete_notify_event_t& event, Nanoseconds now) {
    if (event.kind != XCB_PRESENT_COMPLETE_KIND_NOTIFY_MSC) {
        return;
    }
    estimate_.add(event.msc, std::chrono::microseconds(event.ust), now);
    if (std::exchange(is_second_due_, false)) {
        ask(event.msc + kFirstDistance);
    }
}

Presenter::Refresh X11Refresh::value() const {
    const Presenter::Refresh estimate = estimate_.value();
    return estimate.mhz != 0 ? estimate : mode_;
}

}  // namespace oriel
