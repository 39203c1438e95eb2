// SPDX-License-Identifier: MIT
#include "capture/wayland/connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <poll.h>

#include "base/log.h"
#include "capture/wayland/sync_answer.h"

namespace oriel::wayland_capture {
namespace {

constexpr std::uint32_t kOutputVersion = 4;  ///< With names.

std::string named_by_environment() {
    const char* name = std::getenv("WAYLAND_DISPLAY");  // NOLINT(concurrency-mt-unsafe)
    return name != nullptr ? name : "";
}

/// What libwayland says beside its error codes: not for people.
void keep_quiet(const char* format, va_list values) {
    std::array<char, 256> text{};
    static_cast<void>(std::vsnprintf(text.data(), text.size(), format, values));
    log(LogLevel::Debug, fmt::format("libwayland: {}", text.data()));
}

/// Waits until `fd` is readable; false at the end of `limit`.
bool wait_for(int fd, Nanoseconds limit) {
    pollfd one{fd, POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
    return left > 0 && ::poll(&one, 1, static_cast<int>(left)) > 0;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::string& display) {
    const std::string name = display.empty() ? named_by_environment() : display;
    if (name.empty()) {
        return Failure(Error::not_found("no compositor to capture: WAYLAND_DISPLAY is not set"));
    }
    wl_log_set_handler_client(keep_quiet);
    std::unique_ptr<wl_display, Disconnect> raw(wl_display_connect(name.c_str()));
    if (raw == nullptr) {
        return Failure(Error::not_found(
            fmt::format("cannot connect to the compositor at {}: {}", name, std::strerror(errno))));
    }
    std::unique_ptr<Connection> connection(new Connection(std::move(raw), name));
    connection->listen();
    ORIEL_TRY(connection->round_trip());  // The globals,
    ORIEL_TRY(connection->round_trip());  // and what they tell of themselves.
    return connection;
}

void Connection::listen() {
    static constexpr wl_registry_listener kListener = {
        .global =
            [](void* self,
               wl_registry* /*registry*/,
               std::uint32_t number,
               const char* interface,
               std::uint32_t version) {
                static_cast<Connection*>(self)->add_global(number, interface, version);
            },
        .global_remove =
            [](void* self, wl_registry* /*registry*/, std::uint32_t number) {
                std::erase_if(static_cast<Connection*>(self)->outputs_,
                              [&](const auto& output) { return output->global() == number; });
            },
    };
    registry_.reset(wl_display_get_registry(display_.get()));
    wl_registry_add_listener(registry_.get(), &kListener, this);
}

template <class T>
Proxy<T> Connection::bind(std::uint32_t number,
                          const wl_interface& interface,
                          std::uint32_t version) const {
    return Proxy<T>(
        static_cast<T*>(wl_registry_bind(registry_.get(), number, &interface, version)));
}

void Connection::add_global(std::uint32_t number,
                            const std::string& interface,
                            std::uint32_t version) {
    if (interface == wl_shm_interface.name) {
        shm_ = bind<wl_shm>(number, wl_shm_interface, 1);
    } else if (interface == wl_output_interface.name) {
        add_output(number, version);
    } else if (interface == zwlr_screencopy_manager_v1_interface.name &&
               version >= ZWLR_SCREENCOPY_FRAME_V1_COPY_WITH_DAMAGE_SINCE_VERSION) {
        screencopy_ = bind<zwlr_screencopy_manager_v1>(
            number, zwlr_screencopy_manager_v1_interface, std::min(version, 3U));
    } else if (interface == ext_image_copy_capture_manager_v1_interface.name) {
        image_copy_ = bind<ext_image_copy_capture_manager_v1>(
            number, ext_image_copy_capture_manager_v1_interface, 1);
    } else if (interface == ext_output_image_capture_source_manager_v1_interface.name) {
        image_sources_ = bind<ext_output_image_capture_source_manager_v1>(
            number, ext_output_image_capture_source_manager_v1_interface, 1);
    }
}

void Connection::add_output(std::uint32_t number, std::uint32_t version) {
    outputs_.push_back(std::make_unique<Output>(
        bind<wl_output>(number, wl_output_interface, std::min(version, kOutputVersion)), number));
}

Result<void> Connection::check() const {
    const int code = wl_display_get_error(display_.get());
    if (code == 0) {
        return {};
    }
    if (code != EPROTO) {
        return Failure(Error::not_found(fmt::format("the compositor at {} is gone", name_)));
    }
    const wl_interface* interface = nullptr;
    const std::uint32_t error = wl_display_get_protocol_error(display_.get(), &interface, nullptr);
    return Failure(Error::protocol(fmt::format("the compositor at {} refused us: error {} of {}",
                                               name_,
                                               error,
                                               interface != nullptr ? interface->name : "?")));
}

Result<void> Connection::dispatch() {
    while (wl_display_prepare_read(display_.get()) != 0) {
        if (wl_display_dispatch_pending(display_.get()) < 0) {
            return check();
        }
    }
    wl_display_flush(display_.get());
    // Reads what is there and no more: it does not wait.
    wl_display_read_events(display_.get());
    wl_display_dispatch_pending(display_.get());
    wl_display_flush(display_.get());
    return check();
}

Result<void> Connection::round_trip() {
    const SyncAnswer answer(display_.get());
    const Nanoseconds give_up = monotonic_now() + kAnswerLimit;
    ORIEL_TRY(dispatch());
    while (!answer.has_come()) {
        if (!wait_for(fd(), give_up - monotonic_now())) {
            return Failure(Error::busy(fmt::format("the compositor at {} does not answer", name_)));
        }
        ORIEL_TRY(dispatch());
    }
    return {};
}

}  // namespace oriel::wayland_capture
