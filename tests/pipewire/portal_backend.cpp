// SPDX-License-Identifier: MIT
#include "pipewire/portal_backend.h"

#include <cstring>

namespace oriel::test {
namespace {

constexpr const char* kScreenCast = "org.freedesktop.impl.portal.ScreenCast";
constexpr const char* kSession = "org.freedesktop.impl.portal.Session";
constexpr std::uint64_t kTurn = 10'000;  ///< Microseconds.

bool is_call(sd_bus_message* message, const char* interface, const char* member) {
    return sd_bus_message_is_method_call(message, interface, member) > 0;
}

/// Calls `take(key)` for each entry of the a{sv} that comes next.
template <class Take>
void for_each_option(sd_bus_message* message, Take take) {
    sd_bus_message_enter_container(message, 'a', "{sv}");
    while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
        const char* key = "";
        sd_bus_message_read(message, "s", &key);
        if (!take(std::string(key))) {
            sd_bus_message_skip(message, "v");
        }
        sd_bus_message_exit_container(message);
    }
}

}  // namespace

Result<std::unique_ptr<PortalBackend>> PortalBackend::start(const std::string& bus_address) {
    std::unique_ptr<PortalBackend> backend(new PortalBackend);
    sd_bus_new(&backend->bus_);
    sd_bus_set_address(backend->bus_, bus_address.c_str());
    sd_bus_set_bus_client(backend->bus_, 1);
    int done = sd_bus_start(backend->bus_);
    if (done >= 0) {
        done = sd_bus_add_filter(
            backend->bus_,
            nullptr,
            [](sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
                return static_cast<PortalBackend*>(self)->serve(message);
            },
            backend.get());
    }
    if (done >= 0) {
        done = sd_bus_request_name(backend->bus_, kName, 0);
    }
    if (done < 0) {
        return Failure(Error::system("play a portal", -done));
    }
    backend->thread_ = std::thread([self = backend.get()] {
        while (!self->is_ending_) {
            while (sd_bus_process(self->bus_, nullptr) > 0) {}
            if (self->closes_session_.exchange(false)) {
                sd_bus_emit_signal(self->bus_, self->session_.c_str(), kSession, "Closed", "");
            }
            sd_bus_wait(self->bus_, kTurn);
        }
    });
    return backend;
}

PortalBackend::~PortalBackend() {
    is_ending_ = true;
    if (thread_.joinable()) {
        thread_.join();
    }
    sd_bus_close_unref(bus_);
}

void PortalBackend::close_session() {
    closes_session_ = true;
}

int PortalBackend::serve(sd_bus_message* message) {
    if (is_call(message, "org.freedesktop.DBus.Properties", "GetAll")) {
        return tell_properties(message);
    }
    if (is_call(message, kScreenCast, "CreateSession")) {
        const char* request = "";
        const char* session = "";
        sd_bus_message_read(message, "oo", &request, &session);
        session_ = session;
        return sd_bus_reply_method_return(message, "ua{sv}", 0, 0) < 0 ? -1 : 1;
    }
    if (is_call(message, kScreenCast, "SelectSources")) {
        return select_sources(message);
    }
    if (is_call(message, kScreenCast, "Start")) {
        return start_cast(message);
    }
    if (is_call(message, kSession, "Close") ||
        is_call(message, "org.freedesktop.impl.portal.Request", "Close")) {
        return sd_bus_reply_method_return(message, "") < 0 ? -1 : 1;
    }
    return 0;
}

int PortalBackend::tell_properties(sd_bus_message* message) const {
    const char* interface = "";
    sd_bus_message_read(message, "s", &interface);
    if (std::strcmp(interface, kScreenCast) != 0) {
        return sd_bus_reply_method_return(message, "a{sv}", 0) < 0 ? -1 : 1;
    }
    const int sent = sd_bus_reply_method_return(message,
                                                "a{sv}",
                                                3,
                                                "AvailableSourceTypes",
                                                "u",
                                                source_types.load(),
                                                "AvailableCursorModes",
                                                "u",
                                                cursor_modes.load(),
                                                "version",
                                                "u",
                                                std::uint32_t{4});
    return sent < 0 ? -1 : 1;
}

int PortalBackend::select_sources(sd_bus_message* message) {
    const char* request = "";
    const char* session = "";
    const char* program = "";
    sd_bus_message_read(message, "oos", &request, &session, &program);
    has_token_ = false;
    for_each_option(message, [&](const std::string& key) {
        if (key == "cursor_mode") {
            std::uint32_t mode = 0;
            sd_bus_message_read(message, "v", "u", &mode);
            cursor_mode = mode;
            return true;
        }
        // The frontend has it where the program's token was good.
        has_token_ = has_token_ || key == "restore_data";
        return false;
    });
    return sd_bus_reply_method_return(message, "ua{sv}", 0, 0) < 0 ? -1 : 1;
}

int PortalBackend::start_cast(sd_bus_message* message) {
    questions += has_token_ ? 0 : 1;
    if (hesitates) {
        return 1;
    }
    if (answer != Answer::Grant) {
        return sd_bus_reply_method_return(
                   message, "ua{sv}", static_cast<std::uint32_t>(answer.load()), 0) < 0
                   ? -1
                   : 1;
    }
    const int sent = sd_bus_reply_method_return(message,
                                                "ua{sv}",
                                                std::uint32_t{0},
                                                3,
                                                "streams",
                                                "a(ua{sv})",
                                                1,
                                                node.load(),
                                                1,
                                                "source_type",
                                                "u",
                                                std::uint32_t{1},
                                                "persist_mode",
                                                "u",
                                                std::uint32_t{2},
                                                "restore_data",
                                                "(suv)",
                                                "oriel_mock",
                                                std::uint32_t{1},
                                                "s",
                                                "that screen");
    return sent < 0 ? -1 : 1;
}

}  // namespace oriel::test
