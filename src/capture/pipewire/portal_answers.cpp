// SPDX-License-Identifier: MIT
#include "capture/pipewire/portal_answers.h"

#include <cerrno>

#include <fcntl.h>

#include "capture/pipewire/bus.h"

namespace oriel::pipewire_capture {
namespace {

/// Of a variant.
int read_text(sd_bus_message* message, std::string& to) {
    const char* text = nullptr;
    const int read = sd_bus_message_read(message, "v", "s", &text);
    to = read < 0 ? "" : text;
    return read;
}

/// Of the first stream.
int read_node(sd_bus_message* message, std::optional<std::uint32_t>& to) {
    int done = sd_bus_message_enter_container(message, 'v', "a(ua{sv})");
    if (done >= 0) {
        done = sd_bus_message_enter_container(message, 'a', "(ua{sv})");
    }
    while (done >= 0 && (done = sd_bus_message_enter_container(message, 'r', "ua{sv}")) > 0) {
        std::uint32_t node = 0;
        done = sd_bus_message_read(message, "u", &node);
        if (done >= 0) {
            to = to.value_or(node);
            done = sd_bus_message_skip(message, "a{sv}");
        }
        if (done >= 0) {
            done = sd_bus_message_exit_container(message);
        }
    }
    if (done >= 0) {
        done = sd_bus_message_exit_container(message);
    }
    return done < 0 ? done : sd_bus_message_exit_container(message);
}

}  // namespace

int read_abilities(sd_bus_message* message, PortalAbilities& to) {
    return read_dictionary(message, [&](const std::string& key) {
        std::uint32_t* const number = key == "version"                ? &to.version
                                      : key == "AvailableCursorModes" ? &to.cursor_modes
                                      : key == "AvailableSourceTypes" ? &to.source_types
                                                                      : nullptr;
        return number == nullptr ? 0 : sd_bus_message_read(message, "v", "u", number);
    });
}

int read_session(sd_bus_message* message, std::string& to) {
    const int done = read_dictionary(message, [&](const std::string& key) {
        return key == "session_handle" ? read_text(message, to) : 0;
    });
    return done < 0 || sd_bus_object_path_is_valid(to.c_str()) > 0 ? done : -EBADMSG;
}

int read_streams(sd_bus_message* message, GrantedStreams& to) {
    return read_dictionary(message, [&](const std::string& key) {
        if (key == "streams") {
            return read_node(message, to.node);
        }
        return key == "restore_token" ? read_text(message, to.restore_token) : 0;
    });
}

int read_remote(sd_bus_message* message, UniqueFd& to) {
    int lent = -1;
    const int done = sd_bus_message_read(message, "h", &lent);
    if (done < 0) {
        return done;
    }
    to.reset(::fcntl(lent, F_DUPFD_CLOEXEC, 0));
    return to ? done : -errno;
}

}  // namespace oriel::pipewire_capture
