// SPDX-License-Identifier: MIT
#include "capture/pipewire/pipewire_link.h"

#include <cerrno>

#include <fmt/format.h>

#include "capture/pipewire/say.h"

namespace oriel::pipewire_capture {

Error no_pipewire(int code) {
    return Error::system("connect to the desktop's PipeWire", code);
}

const pw_core_events PipewireLink::kEvents = {
    .version = PW_VERSION_CORE_EVENTS,
    .info = nullptr,
    .done = nullptr,
    .ping = nullptr,
    .error =
        [](void* self, std::uint32_t id, int /*sequence*/, int code, const char* text) {
            static_cast<PipewireLink*>(self)->on_error(id, code, text);
        },
    .remove_id = nullptr,
    .bound_id = nullptr,
    .add_mem = nullptr,
    .remove_mem = nullptr,
};

Result<std::unique_ptr<PipewireLink>> PipewireLink::open(UniqueFd remote) {
    static const bool is_ready = [] {
        pw_init(nullptr, nullptr);
        return true;
    }();
    static_cast<void>(is_ready);
    std::unique_ptr<PipewireLink> link(new PipewireLink);
    ORIEL_TRY(link->connect(std::move(remote)));
    return link;
}

Result<void> PipewireLink::connect(UniqueFd remote) {
    loop_ = pw_loop_new(nullptr);
    if (loop_ != nullptr) {
        // For good: what PipeWire's own thread has for a loop that is nobody's, it calls itself.
        pw_loop_enter(loop_);
        context_ = pw_context_new(loop_, nullptr, 0);
    }
    if (context_ == nullptr) {
        return Failure(Error::system("start PipeWire's client library", errno));
    }
    // It closes the descriptor, also where it fails.
    core_ = pw_context_connect_fd(context_, remote.release(), nullptr, 0);
    if (core_ == nullptr) {
        return Failure(no_pipewire(errno));
    }
    // What pw_core_add_listener() does, which is a macro in C.
    pw_proxy_add_object_listener(reinterpret_cast<pw_proxy*>(core_), &hook_, &kEvents, this);
    return {};
}

PipewireLink::~PipewireLink() {
    if (core_ != nullptr) {
        spa_hook_remove(&hook_);
        pw_core_disconnect(core_);
    }
    if (context_ != nullptr) {
        pw_context_destroy(context_);
    }
    if (loop_ != nullptr) {
        pw_loop_leave(loop_);
        pw_loop_destroy(loop_);
    }
}

Result<void> PipewireLink::dispatch() {
    int done = 1;
    while (done > 0) {
        done = pw_loop_iterate(loop_, 0);
    }
    if (failure_) {
        return Failure(*failure_);
    }
    return done < 0 && done != -EINTR ? Result<void>(Failure(no_pipewire(-done))) : Result<void>();
}

void PipewireLink::on_error(std::uint32_t id, int code, const char* text) {
    if (id == PW_ID_CORE && code == -EPIPE) {
        failure_ = Error::not_found("the desktop's PipeWire is gone");
    } else {
        say(LogLevel::Debug, fmt::format("PipeWire says: {}", text == nullptr ? "?" : text));
    }
}

}  // namespace oriel::pipewire_capture
