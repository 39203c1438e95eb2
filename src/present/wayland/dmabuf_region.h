// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gpu/udmabuf.h"
#include "present/wayland/dmabuf_feedback.h"
#include "present/wayland/owned.h"
#include "present/wayland/slot_buffers.h"

namespace oriel {

/// By linux-dmabuf: each place is made a dma-buf by /dev/udmabuf, and that a buffer by the
/// compositor, which may refuse. It says so later: until then there is no buffer for that place.
class WaylandDmabufRegion final : public RegionMemory {
  public:
    /// `memory` is one that Udmabuf::check_memory() takes, of `size` bytes.
    WaylandDmabufRegion(const WaylandDmabufFeedback& feedback,
                        const gpu::Udmabuf& udmabuf,
                        UniqueFd memory,
                        std::uint64_t size);

    const char* name() const override { return "linux-dmabuf"; }

    RegionBuffer make_buffer(const SlotPlace& place) override;

    /// The memory that a dma-buf for that place has, with the padding that GPUs want behind it as
    /// far as the slot has it, and where the picture is in there. Nothing: GPUs do not take it.
    struct Footprint {
        gpu::MemoryPart part;
        std::uint32_t picture = 0;  ///< Offset in the part.
    };

    static std::optional<Footprint> footprint(const SlotPlace& place, std::uint64_t memory_size);

  private:
    /// What the compositor was asked, and has not answered, or answered and nobody asked again.
    struct Request {
        SlotPlace place;
        WaylandOwned<zwp_linux_buffer_params_v1> question;
        std::shared_ptr<const UniqueFd> dma_buf;
        WaylandOwned<wl_buffer> made;

        void take_created(wl_buffer* buffer);
        void take_failed();
    };

    void ask(const SlotPlace& place);

    const WaylandDmabufFeedback* feedback_;
    const gpu::Udmabuf* udmabuf_;
    UniqueFd memory_;
    std::uint64_t size_;
    std::vector<std::unique_ptr<Request>> requests_;
};

/// The kernel's number for a format, of which a compositor means the same; see shm_format().
std::optional<std::uint32_t> drm_format(PixelFormat format);

}  // namespace oriel
