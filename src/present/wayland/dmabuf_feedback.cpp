// SPDX-License-Identifier: MIT
#include "present/wayland/dmabuf_feedback.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include <drm_fourcc.h>
#include <linux-dmabuf-unstable-v1-client-protocol.h>
#include <wayland-client.h>

#include "base/mapped_memory.h"
#include "present/wayland/listener.h"

namespace oriel {
namespace {

/// As the protocol has a row of the table.
struct TableRow {
    std::uint32_t fourcc;
    std::uint32_t padding;
    std::uint64_t modifier;
};

static_assert(sizeof(TableRow) == 16);

/// The newest version whose rules we know.
constexpr std::uint32_t kNewest = 4;

/// Far more than any GPU has.
constexpr std::uint32_t kMostTableBytes = 1U << 20U;

}  // namespace

WaylandDmabufFeedback::WaylandDmabufFeedback(const WaylandConnection& connection) {
    const auto global = connection.find_global(zwp_linux_dmabuf_v1_interface.name);
    if (!global || global->version < ZWP_LINUX_DMABUF_V1_MODIFIER_SINCE_VERSION) {
        return;
    }
    dmabuf_.reset(
        static_cast<zwp_linux_dmabuf_v1*>(wl_registry_bind(connection.registry(),
                                                           global->name,
                                                           &zwp_linux_dmabuf_v1_interface,
                                                           std::min(global->version, kNewest))));
    static constexpr zwp_linux_dmabuf_v1_listener kModifiers = {
        .format = ignore_wayland_event,
        .modifier = WaylandEvent<&WaylandDmabufFeedback::take_modifier>::call};
    zwp_linux_dmabuf_v1_add_listener(dmabuf_.get(), &kModifiers, this);
    if (global->version < ZWP_LINUX_DMABUF_V1_GET_DEFAULT_FEEDBACK_SINCE_VERSION) {
        return;
    }
    handle_.reset(zwp_linux_dmabuf_v1_get_default_feedback(dmabuf_.get()));
    static constexpr zwp_linux_dmabuf_feedback_v1_listener kListener = {
        .done = WaylandEvent<&WaylandDmabufFeedback::take_done>::call,
        .format_table = WaylandEvent<&WaylandDmabufFeedback::take_table>::call,
        .main_device = WaylandEvent<&WaylandDmabufFeedback::take_device>::call,
        .tranche_done = ignore_wayland_event,
        .tranche_target_device = ignore_wayland_event,
        .tranche_formats = WaylandEvent<&WaylandDmabufFeedback::take_formats>::call,
        .tranche_flags = ignore_wayland_event};
    zwp_linux_dmabuf_feedback_v1_add_listener(handle_.get(), &kListener, this);
}

std::optional<std::uint64_t> WaylandDmabufFeedback::linear_modifier(std::uint32_t fourcc) const {
    for (const std::uint64_t modifier : {DRM_FORMAT_MOD_LINEAR, DRM_FORMAT_MOD_INVALID}) {
        if (std::ranges::find(now_.formats, Format{fourcc, modifier}) != now_.formats.end()) {
            return modifier;
        }
    }
    return std::nullopt;
}

void WaylandDmabufFeedback::take_modifier(std::uint32_t fourcc,
                                          std::uint32_t high,
                                          std::uint32_t low) {
    now_.formats.push_back({fourcc, std::uint64_t{high} << 32U | low});
}

void WaylandDmabufFeedback::take_done() {
    now_ = std::exchange(coming_, {});
}

void WaylandDmabufFeedback::take_table(std::int32_t fd, std::uint32_t size) {
    const UniqueFd file(fd);
    table_.clear();
    if (size < sizeof(TableRow) || size > kMostTableBytes) {
        return;
    }
    const auto mapped = MappedMemory::map(file, Access::ReadOnly, {0, size}, "table of formats");
    if (!mapped) {
        return;
    }
    const std::span<const std::byte> bytes = mapped->bytes();
    for (std::size_t at = 0; at + sizeof(TableRow) <= bytes.size(); at += sizeof(TableRow)) {
        TableRow row{};
        std::memcpy(&row, bytes.data() + at, sizeof(row));
        table_.push_back({row.fourcc, row.modifier});
    }
}

void WaylandDmabufFeedback::take_device(wl_array* device) {
    dev_t number = 0;
    if (device->size == sizeof(number)) {
        std::memcpy(&number, device->data, sizeof(number));
        coming_.device = number;
    }
}

void WaylandDmabufFeedback::take_formats(wl_array* indices) {
    const std::span<const std::uint16_t> rows(static_cast<const std::uint16_t*>(indices->data),
                                              indices->size / sizeof(std::uint16_t));
    for (const std::uint16_t row : rows) {
        if (row < table_.size()) {
            coming_.formats.push_back(table_[row]);
        }
    }
}

}  // namespace oriel
