// SPDX-License-Identifier: MIT
#include "capture/x11/monitor.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <span>
#include <string>

#include <fmt/format.h>

namespace oriel::x11_capture {
namespace {

using Resources = Reply<xcb_randr_get_screen_resources_current_reply_t>;
using CrtcInfo = Reply<xcb_randr_get_crtc_info_reply_t>;
using OutputInfo = Reply<xcb_randr_get_output_info_reply_t>;

/// What texts are laid out for where a screen does not tell its size in millimetres: 96 dpi.
std::uint32_t millimetres(std::uint32_t pixels) {
    return std::max(1U, pixels * 254 / 960);
}

Error refuse(const Connection& connection, const std::string& why) {
    return Error::unsupported(
        fmt::format("the mode of {} cannot be set: {}", connection.display(), why));
}

/// The controllers that drive a monitor.
std::vector<std::pair<xcb_randr_crtc_t, CrtcInfo>> crtcs_in_use(const Connection& connection,
                                                                const Resources& resources) {
    xcb_connection_t* const raw = connection.get();
    const std::span crtcs(
        xcb_randr_get_screen_resources_current_crtcs(resources.get()),
        static_cast<std::size_t>(
            xcb_randr_get_screen_resources_current_crtcs_length(resources.get())));
    std::vector<std::pair<xcb_randr_crtc_t, CrtcInfo>> in_use;
    for (const xcb_randr_crtc_t crtc : crtcs) {
        CrtcInfo info(xcb_randr_get_crtc_info_reply(
            raw, xcb_randr_get_crtc_info(raw, crtc, resources->config_timestamp), nullptr));
        if (info && info->mode != XCB_NONE && info->num_outputs != 0) {
            in_use.emplace_back(crtc, std::move(info));
        }
    }
    return in_use;
}

void read_modes(const Resources& resources, const OutputInfo& output, Monitor& monitor) {
    const std::span known(
        xcb_randr_get_screen_resources_current_modes(resources.get()),
        static_cast<std::size_t>(
            xcb_randr_get_screen_resources_current_modes_length(resources.get())));
    const std::span allowed(
        xcb_randr_get_output_info_modes(output.get()),
        static_cast<std::size_t>(xcb_randr_get_output_info_modes_length(output.get())));
    for (const xcb_randr_mode_t id : allowed) {
        const auto info = std::ranges::find(known, id, &xcb_randr_mode_info_t::id);
        if (info != known.end()) {
            monitor.modes.push_back(*info);
        }
    }
    for (const xcb_randr_mode_info_t& info : known) {
        if (std::ranges::find(allowed, info.id) == allowed.end()) {
            monitor.others.push_back(info);
        }
    }
}

Result<void> set_screen_size(const Connection& connection, Size size) {
    const auto cookie = xcb_randr_set_screen_size_checked(connection.get(),
                                                          connection.root(),
                                                          static_cast<std::uint16_t>(size.width),
                                                          static_cast<std::uint16_t>(size.height),
                                                          millimetres(size.width),
                                                          millimetres(size.height));
    const Reply<xcb_generic_error_t> error(xcb_request_check(connection.get(), cookie));
    if (error || connection.is_gone()) {
        return Failure(
            refuse(connection,
                   fmt::format("its X server takes no screen of {}x{}", size.width, size.height)));
    }
    return {};
}

bool set_crtc(const Connection& connection, const Monitor& monitor, xcb_randr_mode_t mode) {
    xcb_connection_t* const raw = connection.get();
    const Reply<xcb_randr_set_crtc_config_reply_t> set(
        xcb_randr_set_crtc_config_reply(raw,
                                        xcb_randr_set_crtc_config(raw,
                                                                  monitor.crtc,
                                                                  XCB_CURRENT_TIME,
                                                                  monitor.config,
                                                                  0,
                                                                  0,
                                                                  mode,
                                                                  monitor.rotation,
                                                                  1,
                                                                  &monitor.output),
                                        nullptr));
    return set && set->status == XCB_RANDR_SET_CONFIG_SUCCESS;
}

/// Nobody else's requests are worked off meanwhile.
class ServerGrab {
  public:
    explicit ServerGrab(const Connection& connection) : connection_(connection) {
        xcb_grab_server(connection_.get());
    }

    ~ServerGrab() {
        xcb_ungrab_server(connection_.get());
        connection_.flush();
    }

    ServerGrab(const ServerGrab&) = delete;
    ServerGrab& operator=(const ServerGrab&) = delete;

  private:
    const Connection& connection_;
};

/// A mode of the server's with exactly that timing, whoever made it.
bool is_same(const xcb_randr_mode_info_t& mode, const xcb_randr_mode_info_t& wanted) {
    return mode.width == wanted.width && mode.height == wanted.height &&
           mode.dot_clock == wanted.dot_clock && mode.htotal == wanted.htotal &&
           mode.vtotal == wanted.vtotal;
}

xcb_randr_mode_info_t mode_of(const Timing& timing) {
    const auto narrow = [](std::uint32_t value) {
        return static_cast<std::uint16_t>(value);
    };
    const TimingAxis& across = timing.horizontal;
    const TimingAxis& down = timing.vertical;
    xcb_randr_mode_info_t mode{};
    mode.width = narrow(across.active);
    mode.height = narrow(down.active);
    mode.dot_clock = static_cast<std::uint32_t>(timing.pixel_clock_hz);
    mode.hsync_start = narrow(across.active + across.front_porch);
    mode.hsync_end = narrow(across.active + across.front_porch + across.sync);
    mode.htotal = narrow(across.total());
    mode.vsync_start = narrow(down.active + down.front_porch);
    mode.vsync_end = narrow(down.active + down.front_porch + down.sync);
    mode.vtotal = narrow(down.total());
    mode.mode_flags =
        (across.polarity == SyncPolarity::Positive ? XCB_RANDR_MODE_FLAG_HSYNC_POSITIVE
                                                   : XCB_RANDR_MODE_FLAG_HSYNC_NEGATIVE) |
        (down.polarity == SyncPolarity::Positive ? XCB_RANDR_MODE_FLAG_VSYNC_POSITIVE
                                                 : XCB_RANDR_MODE_FLAG_VSYNC_NEGATIVE);
    return mode;
}

}  // namespace

std::uint32_t refresh_of(const xcb_randr_mode_info_t& mode) {
    const std::uint64_t dots = std::uint64_t{mode.htotal} * mode.vtotal;
    constexpr std::uint64_t kMillihertz = 1000;
    return dots == 0 ? 0 : static_cast<std::uint32_t>(mode.dot_clock * kMillihertz / dots);
}

Result<Monitor> Monitor::read(const Connection& connection) {
    xcb_connection_t* const raw = connection.get();
    if (connection.extensions().randr_event == 0) {
        return Failure(refuse(connection, "its X server has no RANDR extension"));
    }
    const Resources resources(xcb_randr_get_screen_resources_current_reply(
        raw, xcb_randr_get_screen_resources_current(raw, connection.root()), nullptr));
    const Reply<xcb_get_geometry_reply_t> root(
        xcb_get_geometry_reply(raw, xcb_get_geometry(raw, connection.root()), nullptr));
    if (!resources || !root) {
        return Failure(connection.is_gone() ? connection.gone()
                                            : refuse(connection, "RANDR tells no monitors"));
    }
    const auto in_use = crtcs_in_use(connection, resources);
    if (in_use.size() != 1 || in_use.front().second->num_outputs != 1) {
        return Failure(refuse(connection,
                              in_use.empty() ? "no monitor is on"
                                             : "several monitors are on; switch off all but one"));
    }
    const auto& [crtc, info] = in_use.front();
    Monitor monitor{.config = resources->config_timestamp,
                    .output = *xcb_randr_get_crtc_info_outputs(info.get()),
                    .crtc = crtc,
                    .rotation = info->rotation,
                    .mode = info->mode,
                    .screen = {root->width, root->height},
                    .modes = {},
                    .others = {}};
    if (monitor.rotation != XCB_RANDR_ROTATION_ROTATE_0) {
        return Failure(refuse(connection, "its monitor is turned; turn it back"));
    }
    const OutputInfo output(xcb_randr_get_output_info_reply(
        raw, xcb_randr_get_output_info(raw, monitor.output, monitor.config), nullptr));
    if (!output) {
        return Failure(refuse(connection, "RANDR does not tell its monitor's modes"));
    }
    read_modes(resources, output, monitor);
    return monitor;
}

const xcb_randr_mode_info_t* Monitor::find(xcb_randr_mode_t id) const {
    const auto found = std::ranges::find(modes, id, &xcb_randr_mode_info_t::id);
    return found == modes.end() ? nullptr : &*found;
}

std::optional<xcb_randr_mode_info_t> nearest_mode(const Monitor& monitor,
                                                  Size size,
                                                  std::uint32_t refresh_mhz) {
    std::optional<xcb_randr_mode_info_t> nearest;
    const auto distance = [refresh_mhz](const xcb_randr_mode_info_t& mode) {
        const std::uint32_t has = refresh_of(mode);
        return refresh_mhz == 0 || has == 0
                   ? 0
                   : std::abs(static_cast<std::int64_t>(has) - std::int64_t{refresh_mhz});
    };
    for (const xcb_randr_mode_info_t& mode : monitor.modes) {
        if (Size{mode.width, mode.height} == size &&
            (!nearest || distance(mode) < distance(*nearest))) {
            nearest = mode;
        }
    }
    return nearest;
}

Result<xcb_randr_mode_info_t> add_mode(const Connection& connection,
                                       const Monitor& monitor,
                                       const Timing& timing) {
    xcb_connection_t* const raw = connection.get();
    if (timing.pixel_clock_hz > std::numeric_limits<std::uint32_t>::max()) {
        return Failure(refuse(connection, "no display is that large and that fast"));
    }
    xcb_randr_mode_info_t mode = mode_of(timing);
    const auto known = std::ranges::find_if(
        monitor.others, [&](const auto& other) { return is_same(other, mode); });
    if (known != monitor.others.end()) {
        mode.id = known->id;
    } else {
        const std::string name =
            fmt::format("oriel-{}x{}-{}", mode.width, mode.height, refresh_of(mode));
        mode.name_len = static_cast<std::uint16_t>(name.size());
        const Reply<xcb_randr_create_mode_reply_t> created(xcb_randr_create_mode_reply(
            raw,
            xcb_randr_create_mode(raw, connection.root(), mode, mode.name_len, name.data()),
            nullptr));
        if (!created) {
            return Failure(refuse(connection, "its X server takes no new modes"));
        }
        mode.id = created->mode;
    }
    const Reply<xcb_generic_error_t> error(
        xcb_request_check(raw, xcb_randr_add_output_mode_checked(raw, monitor.output, mode.id)));
    if (error) {
        remove_mode(connection, monitor.output, mode.id);
        return Failure(refuse(connection,
                              fmt::format("its driver cannot show {}x{} at {:.1f} Hz",
                                          mode.width,
                                          mode.height,
                                          refresh_of(mode) / 1000.0)));
    }
    return mode;
}

void remove_mode(const Connection& connection, xcb_randr_output_t output, xcb_randr_mode_t mode) {
    xcb_connection_t* const raw = connection.get();
    // Not there, not ours any more, in use: then it stays, and nobody is the worse for it.
    const Reply<xcb_generic_error_t> deleted(
        xcb_request_check(raw, xcb_randr_delete_output_mode_checked(raw, output, mode)));
    const Reply<xcb_generic_error_t> destroyed(
        xcb_request_check(raw, xcb_randr_destroy_mode_checked(raw, mode)));
}

Result<void> switch_mode(const Connection& connection,
                         const Monitor& monitor,
                         const xcb_randr_mode_info_t& mode) {
    const ServerGrab grab(connection);
    const Size size{mode.width, mode.height};
    // A mode must fit into the screen: that grows before, and shrinks after.
    const Size both{std::max(size.width, monitor.screen.width),
                    std::max(size.height, monitor.screen.height)};
    if (both != monitor.screen) {
        ORIEL_TRY(set_screen_size(connection, both));
    }
    if (!set_crtc(connection, monitor, mode.id)) {
        static_cast<void>(set_screen_size(connection, monitor.screen));
        return Failure(
            refuse(connection, fmt::format("its driver refused {}x{}", size.width, size.height)));
    }
    return both == size ? Result<void>() : set_screen_size(connection, size);
}

}  // namespace oriel::x11_capture
