// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <systemd/sd-bus.h>

#include "base/linux/fd.h"

namespace oriel::pipewire_capture {

// What is in the desktop portal's messages. Every function here returns a negative errno for one
// that is not of its shape.

/// The properties of org.freedesktop.portal.ScreenCast.
struct PortalAbilities {
    std::uint32_t version = 0;
    std::uint32_t cursor_modes = 0;
    std::uint32_t source_types = 0;
};

int read_abilities(sd_bus_message* message, PortalAbilities& to);

/// The object path of a session that was made.
int read_session(sd_bus_message* message, std::string& to);

/// What a person granted.
struct GrantedStreams {
    std::optional<std::uint32_t> node;  ///< Of the first of them.
    std::string restore_token;          ///< Empty: the question comes again the next time.
};

int read_streams(sd_bus_message* message, GrantedStreams& to);

/// A connection to PipeWire.
int read_remote(sd_bus_message* message, UniqueFd& to);

}  // namespace oriel::pipewire_capture
