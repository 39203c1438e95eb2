// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <systemd/sd-bus.h>

#include "base/error.h"
#include "base/unique_handle.h"

namespace oriel::pipewire_capture {

struct BusTraits {
    using Raw = sd_bus*;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept { sd_bus_close_unref(raw); }
};

using UniqueBus = UniqueHandle<BusTraits>;

struct BusMessageTraits {
    using Raw = sd_bus_message*;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept { sd_bus_message_unref(raw); }
};

using UniqueBusMessage = UniqueHandle<BusMessageTraits>;

/// Calls `take(key)` for each entry of an a{sv} that the message is at, with the variant next.
/// `take` returns 0 where it left the variant alone, 1 where it read it, and a negative errno where
/// that failed. Returns a negative errno where the message is not of that shape.
template <class Take>
int read_dictionary(sd_bus_message* message, Take take) {
    int done = sd_bus_message_enter_container(message, 'a', "{sv}");
    while (done >= 0 && (done = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
        const char* key = nullptr;
        done = sd_bus_message_read(message, "s", &key);
        if (done >= 0) {
            done = take(std::string(key));
        }
        if (done == 0) {
            done = sd_bus_message_skip(message, "v");
        }
        if (done >= 0) {
            done = sd_bus_message_exit_container(message);
        }
    }
    return done < 0 ? done : sd_bus_message_exit_container(message);
}

}  // namespace oriel::pipewire_capture
