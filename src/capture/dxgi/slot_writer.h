// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <d3d11.h>
#include <wrl/client.h>

#include "base/clock.h"
#include "base/result.h"
#include "relay/frame_info.h"
#include "relay/geometry.h"

namespace oriel::dxgi_capture {

using Microsoft::WRL::ComPtr;

/// Bytes that came into a slot, and by whom.
struct MovedBytes {
    std::uint64_t all = 0;
    std::uint64_t by_gpu = 0;  ///< Of them: no CPU copied these.
};

/// How pixels get from a picture on the GPU into a slot of the region.
///
/// begin(), poll() until it says Done, finish(). What may fail with the GPU's driver ends the
/// source. Threads: one, that of the device's immediate context.
class SlotWriter {
  public:
    enum class Progress : std::uint8_t { UnderWay, Done };

    virtual ~SlotWriter() = default;
    SlotWriter(const SlotWriter&) = delete;
    SlotWriter& operator=(const SlotWriter&) = delete;

    /// "direct3d 11", for people.
    virtual std::string way() const = 0;

    /// Nothing is under way then. Errors: the driver's.
    virtual Result<void> bind_region(std::span<std::byte> /*memory*/) { return {}; }

    /// Makes the picture's texture: of that size and format, empty. The former one is given up.
    virtual Result<ComPtr<ID3D11Texture2D>> make_picture(Size size, DXGI_FORMAT format) = 0;

    /// Whether the picture may be drawn now: not while another queue of the GPU's reads it.
    virtual bool may_draw() const { return true; }

    /// Commands that draw the picture were given to the device's context.
    virtual Result<void> after_drawing() { return {}; }

    /// Brings `parts` of the picture, which lie inside it and do not overlap, on their way to the
    /// slot, which begins `region_offset` bytes into the region.
    virtual Result<void> begin(const FrameGeometry& geometry,
                               std::uint64_t region_offset,
                               std::span<const Rect> parts) = 0;

    virtual Result<Progress> poll() = 0;

    /// When to poll, where no event tells.
    virtual std::optional<Nanoseconds> next_poll() const { return std::nullopt; }

    /// After Done: all parts are in the slot when it returns.
    virtual Result<MovedBytes> finish(std::span<std::byte> slot) = 0;

    /// Gives up what is under way: nobody writes into the slot any more when it returns.
    /// Blocks: as long as the GPU takes for one copy where it writes into the region.
    virtual void cancel() = 0;

  protected:
    SlotWriter() = default;
};

/// Copies parts, which do not overlap, from mapped memory with rows `row_pitch` bytes apart to
/// their place in a slot. Returns the bytes.
std::uint64_t copy_parts(const std::byte* from,
                         std::uint32_t row_pitch,
                         const FrameGeometry& geometry,
                         std::span<const Rect> parts,
                         std::span<std::byte> slot);

}  // namespace oriel::dxgi_capture
