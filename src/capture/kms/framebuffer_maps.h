// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "capture/kms/drm_card.h"
#include "capture/kms/framebuffer.h"
#include "capture/kms/kms_device.h"

namespace oriel::kms_capture {

/// Linear framebuffers of a card, mapped for as long as they are in use.
///
/// A mapping is found again by the memory itself (the place in the card's address space, or the
/// number of its dma-buf), which nobody else gets while it is mapped; never by the framebuffer's
/// id alone.
class FramebufferMaps {
  public:
    /// The pixels of one whose rows lie one after the other.
    /// Errors: Protocol where they cannot; System.
    Result<std::shared_ptr<const MappedPixels>> find(const DrmCard& card,
                                                     const Framebuffer& framebuffer,
                                                     PixelLayout layout);

    /// Gives back what nobody asked for in kFramebufferUnused. To be called with each framebuffer,
    /// also with those that are not mapped.
    void drop_unused(Nanoseconds now = monotonic_now());

    void clear() { maps_.clear(); }

  private:
    /// What a framebuffer's memory is.
    struct Key {
        enum class Kind : std::uint8_t { CardOffset, DmaBuf } kind = Kind::CardOffset;
        std::uint64_t memory = 0;  ///< The offset, or the inode.
        std::uint32_t offset = 0;  ///< Of the first pixel.
        std::uint32_t pitch = 0;
        Size size;
        PixelLayout layout = PixelLayout::Xr24;

        friend bool operator==(const Key&, const Key&) = default;
    };

    struct Map;

    std::shared_ptr<const MappedPixels> known(const Key& key, Nanoseconds now);
    Result<std::shared_ptr<const MappedPixels>> add(const Key& key,
                                                    const UniqueFd& fd,
                                                    const std::string& name,
                                                    Nanoseconds now);

    std::vector<std::shared_ptr<Map>> maps_;
};

}  // namespace oriel::kms_capture
