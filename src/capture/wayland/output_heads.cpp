// SPDX-License-Identifier: MIT
#include "capture/wayland/output_heads.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <fmt/format.h>
#include <poll.h>

#include "capture/wayland/sync_answer.h"

namespace oriel::wayland_capture {
namespace {

Error gone(const std::string& name) {
    return Error::not_found(fmt::format("the compositor at {} is gone", name));
}

std::uint32_t positive(std::int32_t value) {
    return value > 0 ? static_cast<std::uint32_t>(value) : 0;
}

void listen_to(OutputMode& mode) {
    static constexpr zwlr_output_mode_v1_listener kListener = {
        .size =
            [](void* self, zwlr_output_mode_v1* /*mode*/, std::int32_t width, std::int32_t height) {
                static_cast<OutputMode*>(self)->size = {positive(width), positive(height)};
            },
        .refresh =
            [](void* self, zwlr_output_mode_v1* /*mode*/, std::int32_t refresh) {
                static_cast<OutputMode*>(self)->refresh_mhz = positive(refresh);
            },
        .preferred = [](void* /*self*/, zwlr_output_mode_v1* /*mode*/) {},
        .finished =
            [](void* self, zwlr_output_mode_v1* /*mode*/) {
                // The list keeps it, and nothing finds it any more.
                static_cast<OutputMode*>(self)->size = {};
            },
    };
    zwlr_output_mode_v1_add_listener(mode.proxy, &kListener, &mode);
}

void listen_to(OutputHead& head) {
    using Head = zwlr_output_head_v1;
    static constexpr zwlr_output_head_v1_listener kListener = {
        .name = [](void* self,
                   Head* /*head*/,
                   const char* name) { static_cast<OutputHead*>(self)->name = name; },
        .description = [](void* /*self*/, Head* /*head*/, const char* /*text*/) {},
        .physical_size =
            [](void* /*self*/, Head* /*head*/, std::int32_t /*width*/, std::int32_t /*height*/) {},
        .mode =
            [](void* self, Head* /*head*/, zwlr_output_mode_v1* proxy) {
                auto& modes = static_cast<OutputHead*>(self)->modes;
                modes.push_back({.proxy = proxy, .size = {}, .refresh_mhz = 0});
                listen_to(modes.back());
            },
        .enabled = [](void* self,
                      Head* /*head*/,
                      std::int32_t is_on) { static_cast<OutputHead*>(self)->is_on = is_on != 0; },
        .current_mode =
            [](void* self, Head* /*head*/, zwlr_output_mode_v1* mode) {
                static_cast<OutputHead*>(self)->current_proxy = mode;
            },
        .position = [](void* /*self*/, Head* /*head*/, std::int32_t /*x*/, std::int32_t /*y*/) {},
        .transform = [](void* /*self*/, Head* /*head*/, std::int32_t /*transform*/) {},
        .scale = [](void* /*self*/, Head* /*head*/, wl_fixed_t /*scale*/) {},
        .finished =
            [](void* self, Head* /*head*/) {
                static_cast<OutputHead*>(self)->is_on = false;
                static_cast<OutputHead*>(self)->is_finished = true;
            },
        .make = nullptr,  // From version 2 on, which is not asked for.
        .model = nullptr,
        .serial_number = nullptr,
    };
    zwlr_output_head_v1_add_listener(head.proxy, &kListener, &head);
}

}  // namespace

/// A mode of a client's making is one whose size changes.
OutputMode OutputHead::current() const {
    const auto found = std::ranges::find(modes, current_proxy, &OutputMode::proxy);
    return found == modes.end() ? OutputMode{} : *found;
}

Result<std::unique_ptr<OutputHeads>> OutputHeads::open(const std::string& display) {
    std::unique_ptr<wl_display, Disconnect> connection(
        wl_display_connect(display.empty() ? nullptr : display.c_str()));
    const std::string name = display.empty() ? "$WAYLAND_DISPLAY" : display;
    if (!connection) {
        return Failure(Error::not_found(fmt::format("no compositor answers at {}", name)));
    }
    std::unique_ptr<OutputHeads> heads(new OutputHeads(std::move(connection), name));
    heads->listen();
    // First the globals, then what the manager tells.
    ORIEL_TRY(heads->update());
    if (heads->manager_ == nullptr) {
        return Failure(
            Error::unsupported(fmt::format("the compositor at {} lets nobody set modes (it has no "
                                           "wlr-output-management): set it in its own settings",
                                           name)));
    }
    ORIEL_TRY(heads->update());
    return heads;
}

/// The connection's end frees what the compositor has; ours are freed here.
OutputHeads::~OutputHeads() {
    for (const OutputHead& head : heads_) {
        for (const OutputMode& mode : head.modes) {
            zwlr_output_mode_v1_destroy(mode.proxy);
        }
        zwlr_output_head_v1_destroy(head.proxy);
    }
    if (manager_ != nullptr) {
        zwlr_output_manager_v1_destroy(manager_);
    }
    if (registry_ != nullptr) {
        wl_registry_destroy(registry_);
    }
}

void OutputHeads::listen() {
    static constexpr zwlr_output_manager_v1_listener kManager = {
        .head = [](void* self,
                   zwlr_output_manager_v1* /*manager*/,
                   zwlr_output_head_v1* head) { static_cast<OutputHeads*>(self)->add_head(head); },
        .done = [](void* self,
                   zwlr_output_manager_v1* /*manager*/,
                   std::uint32_t serial) { static_cast<OutputHeads*>(self)->serial_ = serial; },
        .finished = [](void* /*self*/, zwlr_output_manager_v1* /*manager*/) {},
    };
    static constexpr wl_registry_listener kRegistry = {
        .global =
            [](void* self,
               wl_registry* registry,
               std::uint32_t number,
               const char* interface,
               std::uint32_t /*version*/) {
                auto& heads = *static_cast<OutputHeads*>(self);
                if (std::strcmp(interface, zwlr_output_manager_v1_interface.name) == 0 &&
                    heads.manager_ == nullptr) {
                    heads.manager_ = static_cast<zwlr_output_manager_v1*>(
                        wl_registry_bind(registry, number, &zwlr_output_manager_v1_interface, 1));
                    zwlr_output_manager_v1_add_listener(heads.manager_, &kManager, self);
                }
            },
        .global_remove = [](void* /*self*/, wl_registry* /*registry*/, std::uint32_t /*number*/) {},
    };
    registry_ = wl_display_get_registry(display_.get());
    wl_registry_add_listener(registry_, &kRegistry, this);
}

void OutputHeads::add_head(zwlr_output_head_v1* proxy) {
    OutputHead& head = heads_.emplace_back();
    head.proxy = proxy;
    listen_to(head);
}

Result<void> OutputHeads::hear(Nanoseconds limit) {
    wl_display* const display = display_.get();
    while (wl_display_prepare_read(display) != 0) {
        if (wl_display_dispatch_pending(display) < 0) {
            return Failure(gone(name_));
        }
    }
    wl_display_flush(display);
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
    pollfd polled{wl_display_get_fd(display), POLLIN, 0};
    if (limit <= Nanoseconds(0) || ::poll(&polled, 1, static_cast<int>(milliseconds) + 1) <= 0) {
        wl_display_cancel_read(display);
        return Failure(Error::busy(fmt::format("the compositor at {} does not answer", name_)));
    }
    if (wl_display_read_events(display) < 0 || wl_display_dispatch_pending(display) < 0) {
        return Failure(gone(name_));
    }
    return {};
}

Result<void> OutputHeads::wait(const bool& is_done) {
    const Nanoseconds give_up = monotonic_now() + kLimit;
    while (!is_done) {
        ORIEL_TRY(hear(give_up - monotonic_now()));
    }
    return {};
}

Result<void> OutputHeads::update() {
    const SyncAnswer answer(display_.get());
    return wait(answer.has_come());
}

const OutputHead* OutputHeads::find(const std::string& name) const {
    const auto found = std::ranges::find_if(heads_, [&](const OutputHead& head) {
        return head.is_on && (name.empty() || head.name == name);
    });
    return found == heads_.end() ? nullptr : &*found;
}

Result<OutputHeads::Applied> OutputHeads::apply(const OutputHead& head, const OutputMode& mode) {
    using Configuration = zwlr_output_configuration_v1;

    struct Answer {
        bool is_there = false;
        Applied applied = Applied::Refused;

        void take(Applied what) {
            is_there = true;
            applied = what;
        }
    };

    static constexpr zwlr_output_configuration_v1_listener kListener = {
        .succeeded =
            [](void* answer, Configuration* /*ours*/) {
                static_cast<Answer*>(answer)->take(Applied::Done);
            },
        .failed =
            [](void* answer, Configuration* /*ours*/) {
                static_cast<Answer*>(answer)->take(Applied::Refused);
            },
        .cancelled =
            [](void* answer, Configuration* /*ours*/) {
                static_cast<Answer*>(answer)->take(Applied::Outdated);
            },
    };
    using Part = std::unique_ptr<zwlr_output_configuration_head_v1,
                                 decltype(&zwlr_output_configuration_head_v1_destroy)>;
    Answer answer;
    const std::unique_ptr<Configuration, decltype(&zwlr_output_configuration_v1_destroy)> ours(
        zwlr_output_manager_v1_create_configuration(manager_, serial_),
        &zwlr_output_configuration_v1_destroy);
    zwlr_output_configuration_v1_add_listener(ours.get(), &kListener, &answer);
    std::list<Part> parts;
    // Each head has to be named, or the compositor ends the connection.
    for (const OutputHead& each : heads_) {
        if (each.is_finished) {
            continue;
        }
        if (!each.is_on) {
            zwlr_output_configuration_v1_disable_head(ours.get(), each.proxy);
            continue;
        }
        const Part& part =
            parts.emplace_back(zwlr_output_configuration_v1_enable_head(ours.get(), each.proxy),
                               &zwlr_output_configuration_head_v1_destroy);
        if (&each != &head) {
            continue;
        }
        if (mode.proxy != nullptr) {
            zwlr_output_configuration_head_v1_set_mode(part.get(), mode.proxy);
        } else {
            zwlr_output_configuration_head_v1_set_custom_mode(
                part.get(),
                static_cast<std::int32_t>(mode.size.width),
                static_cast<std::int32_t>(mode.size.height),
                static_cast<std::int32_t>(mode.refresh_mhz));
        }
    }
    zwlr_output_configuration_v1_apply(ours.get());
    ORIEL_TRY(wait(answer.is_there));
    return answer.applied;
}

}  // namespace oriel::wayland_capture
