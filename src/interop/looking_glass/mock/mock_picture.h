// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "interop/looking_glass/mock/mock_host.h"

namespace oriel::looking_glass::mock {

/// The formats that B7 sends, as the wire numbers them.
enum class Format : std::uint8_t { Bgra = 1, Rgba, Rgba10, Rgba16f, Bgr32, Rgb24 };

/// A guest's screen for a mock: colours 0xRRGGBB, and the same as a frame of one of the formats.
/// What changes is written into both blocks of the region in turn, as by a producer that writes
/// only what is stale there.
class Picture {
  public:
    Picture(Format format, std::uint32_t width, std::uint32_t height);

    std::uint32_t width() const { return width_; }

    std::uint32_t height() const { return height_; }

    /// What was painted, rows packed.
    const std::vector<std::uint32_t>& colours() const { return colours_; }

    /// Paints a rectangle in a pattern of its own; it is damage of the next frame.
    void paint(const Rectangle& rect, std::uint32_t seed);

    /// Rotation and flags of the frames from now on.
    void set_rotation(std::uint32_t rotation) { rotation_ = rotation; }

    void set_flags(std::uint32_t flags) { flags_ = flags; }

    /// Only that many rows are stored from now on, as in a region that is too small.
    void cut_to(std::uint32_t rows) { rows_ = rows; }

    /// The frame as it stands, and its damage since the last call. To be posted: its damage is told
    /// once.
    FrameToPost next_frame();

    /// Another session of the host: both blocks will be written whole again.
    void forget_blocks() { frames_ = 0; }

  private:
    void encode(const Rectangle& rect);

    Format format_;
    std::uint32_t width_;
    std::uint32_t height_;
    std::uint32_t rows_;
    std::uint32_t pitch_;
    std::uint32_t rotation_ = 0;
    std::uint32_t flags_ = 0;
    std::vector<std::uint32_t> colours_;
    std::vector<std::byte> bytes_;
    std::vector<Rectangle> damage_;
    std::vector<Rectangle> before_;  ///< Damage of the frame before: stale in the other block.
    std::uint32_t frames_ = 0;
};

}  // namespace oriel::looking_glass::mock
