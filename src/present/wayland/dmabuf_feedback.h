// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <sys/types.h>

#include "present/wayland/connection.h"
#include "present/wayland/owned.h"

struct wl_array;

namespace oriel {

/// Which dma-bufs a compositor takes, and by which GPU it reads them (zwp_linux_dmabuf_v1; of the
/// GPU versions before 4 do not tell).
///
/// Trust: a compositor is trusted with what we show, not with our memory: its table is checked.
class WaylandDmabufFeedback {
  public:
    /// Asks, where it can be asked; the answer comes with the events that follow.
    explicit WaylandDmabufFeedback(const WaylandConnection& connection);

    WaylandDmabufFeedback(const WaylandDmabufFeedback&) = delete;
    WaylandDmabufFeedback& operator=(const WaylandDmabufFeedback&) = delete;

    /// For requests; null where linear_modifier() has nothing.
    zwp_linux_dmabuf_v1* dmabuf() const { return dmabuf_.get(); }

    /// The GPU that all of them can be read by. Nothing: it has not told, or cannot.
    std::optional<dev_t> main_device() const { return now_.device; }

    /// By which name rows that lie one after the other are taken in that format (a DRM fourcc):
    /// DRM_FORMAT_MOD_LINEAR; or DRM_FORMAT_MOD_INVALID, as the driver has it, where that alone is
    /// offered. Nothing: not at all.
    std::optional<std::uint64_t> linear_modifier(std::uint32_t fourcc) const;

  private:
    struct Format {
        std::uint32_t fourcc;
        std::uint64_t modifier;

        friend bool operator==(const Format&, const Format&) = default;
    };

    struct Told {
        std::optional<dev_t> device;
        std::vector<Format> formats;
    };

    void take_modifier(std::uint32_t fourcc, std::uint32_t high, std::uint32_t low);
    void take_done();
    void take_table(std::int32_t fd, std::uint32_t size);
    void take_device(wl_array* device);
    void take_formats(wl_array* indices);

    WaylandOwned<zwp_linux_dmabuf_v1> dmabuf_;
    WaylandOwned<zwp_linux_dmabuf_feedback_v1> handle_;
    std::vector<Format> table_;
    Told coming_;
    Told now_;
};

}  // namespace oriel
