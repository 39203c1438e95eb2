// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/linux/fd.h"
#include "base/result.h"
#include "gpu/import_probe.h"
#include "gpu/udmabuf.h"
#include "present/wayland/connection.h"
#include "present/wayland/dmabuf_feedback.h"
#include "present/wayland/slot_buffers.h"
#include "present/wayland/wakeups.h"

namespace oriel {

/// Finds out, once a window shows something, whether slots may be shown by linux-dmabuf: what a
/// compositor makes of them nobody can see, so its GPU is tried first (gpu::ImportProbe).
///
/// Nothing waits for it: frames go on by wl_shm until it is known, and for ever where it is no.
class WaylandDmabufWay {
  public:
    WaylandDmabufWay(const WaylandConnection& connection, const WaylandWakeups& wakeups);
    ~WaylandDmabufWay();
    WaylandDmabufWay(const WaylandDmabufWay&) = delete;
    WaylandDmabufWay& operator=(const WaylandDmabufWay&) = delete;

    /// From now on it is asked for this memory of `size` bytes. Errors: System.
    Result<void> bind(const UniqueFd& memory, std::uint64_t size);

    void unbind() { memory_.reset(); }

    /// A picture there is on screen. Begins to find out where that has not been done.
    void try_with(const SlotPlace& shown);

    /// The way, once for each memory, when it is found to be good. Never blocks.
    std::unique_ptr<RegionMemory> take_way();

    /// Why it is not used, for people; empty: it is, or that is not known yet.
    const std::string& reason() const { return reason_; }

  private:
    Result<void> begin(const SlotPlace& shown);
    Result<std::string> node_of_compositor() const;
    void hear_probe();

    const WaylandWakeups* wakeups_;
    WaylandDmabufFeedback feedback_;
    UniqueFd memory_;
    std::uint64_t size_ = 0;
    std::optional<gpu::Udmabuf> udmabuf_;
    std::optional<gpu::ImportProbe> probe_;
    bool is_good_ = false;
    std::string reason_;
};

}  // namespace oriel
