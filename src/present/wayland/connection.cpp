// SPDX-License-Identifier: MIT
#include "present/wayland/connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <content-type-v1-client-protocol.h>
#include <cursor-shape-v1-client-protocol.h>
#include <fifo-v1-client-protocol.h>
#include <fmt/format.h>
#include <fractional-scale-v1-client-protocol.h>
#include <idle-inhibit-unstable-v1-client-protocol.h>
#include <keyboard-shortcuts-inhibit-unstable-v1-client-protocol.h>
#include <pointer-constraints-unstable-v1-client-protocol.h>
#include <poll.h>
#include <presentation-time-client-protocol.h>
#include <relative-pointer-unstable-v1-client-protocol.h>
#include <single-pixel-buffer-v1-client-protocol.h>
#include <tearing-control-v1-client-protocol.h>
#include <viewporter-client-protocol.h>
#include <wayland-client.h>
#include <xdg-activation-v1-client-protocol.h>
#include <xdg-decoration-unstable-v1-client-protocol.h>
#include <xdg-shell-client-protocol.h>

#include "base/clock.h"
#include "base/log.h"
#include "present/wayland/listener.h"

namespace oriel {
namespace {

constexpr Nanoseconds kAnswerLimit = std::chrono::seconds(5);

/// Without damage_buffer (version 4) damage could not be told in the picture's own pixels.
constexpr std::uint32_t kCompositorVersion = 4;

struct Binding {
    const wl_interface* interface;
    std::uint32_t newest;  ///< The newest version whose rules we know.
    void (*store)(WaylandGlobals& globals, void* object);
};

template <class Owned>
void store_in(Owned& owned, void* object) {
    owned.reset(static_cast<typename Owned::element_type*>(object));
}

template <auto Member>
void store(WaylandGlobals& globals, void* object) {
    store_in(globals.*Member, object);
}

using All = WaylandGlobals;

const std::array kBindings = {
    Binding{&wl_compositor_interface, kCompositorVersion, store<&All::compositor>},
    Binding{&wl_subcompositor_interface, 1, store<&All::subcompositor>},
    Binding{&wl_shm_interface, 1, store<&All::shm>},
    Binding{&xdg_wm_base_interface, 6, store<&All::shell>},
    Binding{&wp_viewporter_interface, 1, store<&All::viewporter>},
    Binding{&wp_presentation_interface, 1, store<&All::presentation>},
    Binding{&wp_fractional_scale_manager_v1_interface, 1, store<&All::fractional_scale>},
    Binding{&wp_single_pixel_buffer_manager_v1_interface, 1, store<&All::single_pixel>},
    Binding{&wp_tearing_control_manager_v1_interface, 1, store<&All::tearing>},
    Binding{&wp_content_type_manager_v1_interface, 1, store<&All::content_type>},
    Binding{&wp_fifo_manager_v1_interface, 1, store<&All::fifo>},
    Binding{&xdg_activation_v1_interface, 1, store<&All::activation>},
    Binding{&zxdg_decoration_manager_v1_interface, 1, store<&All::decoration>},
    Binding{&zwp_idle_inhibit_manager_v1_interface, 1, store<&All::idle_inhibit>},
    Binding{&wp_cursor_shape_manager_v1_interface, 1, store<&All::cursor_shape>},
    Binding{&zwp_pointer_constraints_v1_interface, 1, store<&All::pointer_constraints>},
    Binding{&zwp_relative_pointer_manager_v1_interface, 1, store<&All::relative_pointer>},
    Binding{
        &zwp_keyboard_shortcuts_inhibit_manager_v1_interface, 1, store<&All::shortcuts_inhibit>},
};

/// The library's own complaints; what they are about is told by our errors.
__attribute__((format(printf, 1, 0))) void log_library(const char* format, va_list arguments) {
    std::array<char, 512> line{};
    const int length = std::vsnprintf(line.data(), line.size(), format, arguments);
    if (length > 0) {
        std::string_view text(line.data());
        text = text.substr(0, text.find_last_not_of('\n') + 1);
        log(LogLevel::Debug, text);
    }
}

std::string name_of(const std::string& display) {
    if (!display.empty()) {
        return display;
    }
    const char* from_environment =
        std::getenv("WAYLAND_DISPLAY");  // NOLINT(concurrency-mt-unsafe): nobody sets it
    return from_environment != nullptr ? from_environment : "wayland-0";
}

}  // namespace

Result<std::unique_ptr<WaylandConnection>> WaylandConnection::open(const std::string& display) {
    wl_log_set_handler_client(log_library);
    const std::string name = name_of(display);
    WaylandOwned<wl_display> opened(
        wl_display_connect(display.empty() ? nullptr : display.c_str()));
    if (!opened) {
        const int code = errno;
        return Failure(Error::not_found(
            fmt::format("cannot connect to the Wayland display {}: {}; start this in a graphical "
                        "session, or check WAYLAND_DISPLAY and XDG_RUNTIME_DIR",
                        name,
                        std::strerror(code))));  // NOLINT(concurrency-mt-unsafe): one thread
    }
    std::unique_ptr<WaylandConnection> connection(new WaylandConnection(std::move(opened), name));
    ORIEL_TRY(connection->learn());
    return connection;
}

WaylandConnection::WaylandConnection(WaylandOwned<wl_display> display, std::string name)
    : display_(std::move(display)), name_(std::move(name)) {}

WaylandConnection::~WaylandConnection() = default;

Result<void> WaylandConnection::learn() {
    registry_.reset(wl_display_get_registry(display_.get()));
    static constexpr wl_registry_listener kListener = {
        .global = WaylandEvent<&WaylandConnection::add_global>::call,
        .global_remove = WaylandEvent<&WaylandConnection::remove_global>::call};
    wl_registry_add_listener(registry_.get(), &kListener, this);
    ORIEL_TRY(round_trip());
    ORIEL_TRY(require());
    listen_to_globals();
    return round_trip();
}

Result<void> WaylandConnection::require() const {
    const std::pair<const void*, const char*> needed[] = {
        {globals_.compositor.get(), "wl_compositor 4"},
        {globals_.subcompositor.get(), "wl_subcompositor"},
        {globals_.shm.get(), "wl_shm"},
        {globals_.shell.get(), "xdg_wm_base"},
        {globals_.viewporter.get(), "wp_viewporter"},
    };
    for (const auto& [object, what] : needed) {
        if (object == nullptr) {
            return Failure(Error::unsupported(
                fmt::format("the compositor at {} has no {}: use another one, or --platform x11",
                            name_,
                            what)));
        }
    }
    return {};
}

void WaylandConnection::listen_to_globals() {
    static constexpr wl_shm_listener kShm = {
        .format = WaylandEvent<&WaylandConnection::add_shm_format>::call};
    wl_shm_add_listener(globals_.shm.get(), &kShm, this);
    static constexpr xdg_wm_base_listener kShell = {
        .ping = WaylandEvent<&WaylandConnection::answer_ping>::call};
    xdg_wm_base_add_listener(globals_.shell.get(), &kShell, this);
    if (globals_.presentation) {
        static constexpr wp_presentation_listener kPresentation = {
            .clock_id = WaylandEvent<&WaylandConnection::set_presentation_clock>::call};
        wp_presentation_add_listener(globals_.presentation.get(), &kPresentation, this);
    }
}

void WaylandConnection::add_global(std::uint32_t name,
                                   const char* interface,
                                   std::uint32_t version) {
    const Global& global = all_.emplace_back(Global{name, interface, version});
    for (const Binding& binding : kBindings) {
        if (global.interface != binding.interface->name) {
            continue;
        }
        const bool is_too_old =
            binding.interface == &wl_compositor_interface && version < kCompositorVersion;
        const std::uint32_t known =
            std::min(binding.newest, static_cast<std::uint32_t>(binding.interface->version));
        if (!is_too_old) {
            binding.store(globals_,
                          wl_registry_bind(
                              registry_.get(), name, binding.interface, std::min(known, version)));
        }
        return;
    }
    for (const Watch& watch : watches_) {
        if (watch.interface == global.interface) {
            watch.added(global);
        }
    }
}

void WaylandConnection::remove_global(std::uint32_t name) {
    const auto found = std::ranges::find(all_, name, &Global::name);
    if (found == all_.end()) {
        return;
    }
    const Global gone = std::move(*found);
    all_.erase(found);
    for (const Watch& watch : watches_) {
        if (watch.interface == gone.interface) {
            watch.removed(gone);
        }
    }
}

void WaylandConnection::watch_globals(const std::string& interface,
                                      GlobalHeard added,
                                      GlobalHeard removed) {
    const Watch& watch =
        watches_.emplace_back(Watch{interface, std::move(added), std::move(removed)});
    for (const Global& global : all_) {
        if (global.interface == interface) {
            watch.added(global);
        }
    }
}

std::optional<WaylandConnection::Global> WaylandConnection::find_global(
    const std::string& interface) const {
    const auto found = std::ranges::find(all_, interface, &Global::interface);
    return found == all_.end() ? std::nullopt : std::optional(*found);
}

void WaylandConnection::add_shm_format(std::uint32_t format) {
    shm_formats_.push_back(format);
}

bool WaylandConnection::has_shm_format(std::uint32_t format) const {
    return std::ranges::find(shm_formats_, format) != shm_formats_.end();
}

void WaylandConnection::answer_ping(std::uint32_t serial) {
    xdg_wm_base_pong(globals_.shell.get(), serial);
}

void WaylandConnection::set_presentation_clock(std::uint32_t clock) {
    presentation_clock_ = static_cast<clockid_t>(clock);
}

Result<void> WaylandConnection::round_trip() {
    bool is_done = false;
    const WaylandOwned<wl_callback> callback(wl_display_sync(display_.get()));
    static constexpr wl_callback_listener kListener = {
        .done = [](void* data, wl_callback* /*callback*/, std::uint32_t /*serial*/) {
            *static_cast<bool*>(data) = true;
        }};
    wl_callback_add_listener(callback.get(), &kListener, &is_done);
    const Nanoseconds give_up = monotonic_now() + kAnswerLimit;
    while (true) {
        flush();
        ORIEL_TRY(dispatch());
        if (is_done) {
            return {};
        }
        const Nanoseconds left = give_up - monotonic_now();
        if (left <= Nanoseconds(0)) {
            return Failure(Error::not_found(fmt::format(
                "the compositor at {} does not answer: end it, or use another display", name_)));
        }
        pollfd polled{fd(), POLLIN, 0};
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(left);
        static_cast<void>(poll(&polled, 1, static_cast<int>(wait.count())));
    }
}

int WaylandConnection::fd() const {
    return wl_display_get_fd(display_.get());
}

void WaylandConnection::flush() {
    // What the socket does not take now is written the next time; a broken one is found out, with
    // the reason, by dispatch().
    static_cast<void>(wl_display_flush(display_.get()));
}

Result<void> WaylandConnection::dispatch() {
    wl_display* display = display_.get();
    while (wl_display_prepare_read(display) != 0) {
        if (wl_display_dispatch_pending(display) < 0) {
            return Failure(lost());
        }
    }
    if (wl_display_read_events(display) < 0 || wl_display_dispatch_pending(display) < 0) {
        return Failure(lost());
    }
    return {};
}

Result<void> WaylandConnection::dispatch_read() {
    if (wl_display_dispatch_pending(display_.get()) < 0) {
        return Failure(lost());
    }
    return {};
}

Result<void> WaylandConnection::check() const {
    if (wl_display_get_error(display_.get()) != 0) {
        return Failure(lost());
    }
    return {};
}

Error WaylandConnection::lost() const {
    const int code = wl_display_get_error(display_.get());
    if (code != EPROTO) {
        return Error::not_found(fmt::format("the Wayland display {} is gone", name_));
    }
    const wl_interface* interface = nullptr;
    std::uint32_t id = 0;
    const std::uint32_t error = wl_display_get_protocol_error(display_.get(), &interface, &id);
    return Error::protocol(
        fmt::format("the Wayland display {} ended the connection: error {} of {}",
                    name_,
                    error,
                    interface != nullptr ? interface->name : "an object of ours"));
}

}  // namespace oriel
