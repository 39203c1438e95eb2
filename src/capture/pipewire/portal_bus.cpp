// SPDX-License-Identifier: MIT
#include "capture/pipewire/portal_bus.h"

#include <chrono>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace oriel::pipewire_capture {
namespace {

constexpr const char* kName = "org.freedesktop.portal.Desktop";
constexpr const char* kPath = "/org/freedesktop/portal/desktop";
constexpr const char* kScreenCast = "org.freedesktop.portal.ScreenCast";
constexpr std::chrono::microseconds kPatience = std::chrono::seconds(5);

}  // namespace

int append_option(sd_bus_message* message, const char* key, std::uint32_t value) {
    return sd_bus_message_append(message, "{sv}", key, "u", value);
}

int append_option(sd_bus_message* message, const char* key, const std::string& value) {
    return sd_bus_message_append(message, "{sv}", key, "s", value.c_str());
}

Result<std::unique_ptr<PortalBus>> PortalBus::open(Listener& listener) {
    sd_bus* raw = nullptr;
    if (const int opened = sd_bus_open_user(&raw); opened < 0) {
        return Failure(Error::not_found(fmt::format(
            "cannot reach a session bus ({}): run oriel-guest in the person's session, as with "
            "systemctl --user",
            std::strerror(-opened))));  // NOLINT(concurrency-mt-unsafe)
    }
    std::unique_ptr<PortalBus> bus(new PortalBus(UniqueBus(raw), listener));
    ORIEL_TRY(bus->listen());
    return bus;
}

/// Before anything is asked: an answer may come before the call of its question returns.
Result<void> PortalBus::listen() {
    int done = hear("org.freedesktop.portal.Request", "Response", on_response);
    if (done >= 0) {
        done = hear("org.freedesktop.portal.Session", "Closed", on_closed);
    }
    return done < 0 ? Result<void>(Failure(Error::system("listen to the desktop portal", -done)))
                    : Result<void>();
}

int PortalBus::hear(const char* interface, const char* member, sd_bus_message_handler_t handler) {
    return sd_bus_match_signal_async(
        bus_.get(), nullptr, kName, nullptr, interface, member, handler, nullptr, this);
}

Result<PortalAbilities> PortalBus::ask_abilities() const {
    sd_bus_message* raw = nullptr;
    int done = sd_bus_message_new_method_call(
        bus_.get(), &raw, kName, kPath, "org.freedesktop.DBus.Properties", "GetAll");
    const UniqueBusMessage call(raw);
    if (done >= 0) {
        done = sd_bus_message_append(call.get(), "s", kScreenCast);
    }
    sd_bus_error error{};
    sd_bus_message* answer = nullptr;
    if (done >= 0) {
        done = sd_bus_call(
            bus_.get(), call.get(), static_cast<std::uint64_t>(kPatience.count()), &error, &answer);
    }
    const UniqueBusMessage reply(answer);
    PortalAbilities abilities;
    if (done >= 0) {
        done = read_abilities(reply.get(), abilities);
    }
    const std::string said = error.message == nullptr ? "" : error.message;
    sd_bus_error_free(&error);
    if (done < 0) {
        return Failure(Error::not_found(said.empty() ? std::strerror(-done)
                                                     : said));  // NOLINT(concurrency-mt-unsafe)
    }
    return abilities;
}

int PortalBus::send(const Request& request, const std::string& token) {
    sd_bus_message* raw = nullptr;
    int done =
        sd_bus_message_new_method_call(bus_.get(), &raw, kName, kPath, kScreenCast, request.member);
    const UniqueBusMessage call(raw);
    if (done >= 0 && request.session != nullptr) {
        done = sd_bus_message_append(call.get(), "o", request.session);
    }
    if (done >= 0 && request.parent == Request::Parent::Nobody) {
        done = sd_bus_message_append(call.get(), "s", "");
    }
    if (done >= 0) {
        done = sd_bus_message_open_container(call.get(), 'a', "{sv}");
    }
    if (done >= 0) {
        done = append_option(call.get(), "handle_token", token);
    }
    if (done >= 0) {
        done = request.options(call.get());
    }
    if (done >= 0) {
        done = sd_bus_message_close_container(call.get());
    }
    return done < 0 ? done : sd_bus_call_async(bus_.get(), nullptr, call.get(), on_reply, this, 0);
}

int PortalBus::open_remote(const std::string& session) {
    return sd_bus_call_method_async(bus_.get(),
                                    nullptr,
                                    kName,
                                    kPath,
                                    kScreenCast,
                                    "OpenPipeWireRemote",
                                    on_reply,
                                    this,
                                    "oa{sv}",
                                    session.c_str(),
                                    0);
}

std::uint32_t PortalBus::events() const {
    const int events = sd_bus_get_events(bus_.get());
    return events < 0 ? 0 : static_cast<std::uint32_t>(events);
}

std::optional<Nanoseconds> PortalBus::due() const {
    std::uint64_t microseconds = 0;
    if (sd_bus_get_timeout(bus_.get(), &microseconds) < 0 || microseconds == UINT64_MAX) {
        return std::nullopt;
    }
    return std::chrono::microseconds(microseconds);
}

Result<void> PortalBus::dispatch() {
    int done = 1;
    while (done > 0) {
        done = sd_bus_process(bus_.get(), nullptr);
    }
    return done < 0 ? Result<void>(Failure(Error::system("listen to the session bus", -done)))
                    : Result<void>();
}

int PortalBus::on_reply(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    static_cast<PortalBus*>(self)->listener_.on_reply(message);
    return 0;
}

int PortalBus::on_response(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    static_cast<PortalBus*>(self)->listener_.on_response(message);
    return 0;
}

int PortalBus::on_closed(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    static_cast<PortalBus*>(self)->listener_.on_closed(message);
    return 0;
}

}  // namespace oriel::pipewire_capture
