// SPDX-License-Identifier: MIT
#include "present/wayland/outputs.h"

#include <algorithm>

#include <wayland-client.h>

#include "present/wayland/listener.h"

namespace oriel {
namespace {

constexpr std::uint32_t kVersion = 4;  // Its name.

}  // namespace

void WaylandOutput::set_mode(std::uint32_t flags,
                             std::int32_t /*width*/,
                             std::int32_t /*height*/,
                             std::int32_t mhz) {
    if ((flags & WL_OUTPUT_MODE_CURRENT) != 0) {
        refresh_mhz = static_cast<std::uint32_t>(std::max(mhz, 0));
    }
}

WaylandOutputs::WaylandOutputs(WaylandConnection& connection) : connection_(&connection) {
    connection.watch_globals(
        wl_output_interface.name,
        [this](const WaylandConnection::Global& global) { add(global); },
        [this](const WaylandConnection::Global& global) { remove(global.name); });
}

void WaylandOutputs::add(const WaylandConnection::Global& global) {
    auto output = std::make_unique<WaylandOutput>();
    output->global = global.name;
    output->handle.reset(
        static_cast<wl_output*>(wl_registry_bind(connection_->registry(),
                                                 global.name,
                                                 &wl_output_interface,
                                                 std::min(global.version, kVersion))));
    static constexpr wl_output_listener kListener = {
        .geometry = ignore_wayland_event,
        .mode = WaylandEvent<&WaylandOutput::set_mode>::call,
        .done = ignore_wayland_event,
        .scale = WaylandEvent<&WaylandOutput::set_scale>::call,
        .name = WaylandEvent<&WaylandOutput::set_name>::call,
        .description = ignore_wayland_event};
    wl_output_add_listener(output->handle.get(), &kListener, output.get());
    outputs_.push_back(std::move(output));
}

void WaylandOutputs::remove(std::uint32_t name) {
    const auto found = std::ranges::find_if(
        outputs_, [name](const auto& output) { return output->global == name; });
    if (found == outputs_.end()) {
        return;
    }
    if (removed_) {
        removed_((*found)->handle.get());
    }
    outputs_.erase(found);
}

const WaylandOutput* WaylandOutputs::find(const wl_output* handle) const {
    const auto found = std::ranges::find_if(
        outputs_, [handle](const auto& output) { return output->handle.get() == handle; });
    return found == outputs_.end() ? nullptr : found->get();
}

}  // namespace oriel
