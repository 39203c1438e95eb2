// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <spa/pod/builder.h>

#include "relay/frame_info.h"

namespace oriel::pipewire_capture {

/// What both ends of a stream agreed on.
struct StreamFormat {
    Size size;
    PixelFormat format = PixelFormat::Bgra8;
    enum class Memory : std::uint8_t {
        Files,        ///< Memory files, or memory of PipeWire's.
        FilesOrGpus,  ///< DMA-BUFs, linear, too.
    } memory = Memory::Files;
};

/// Parameters for pw_stream_...(), in memory of its own. What was made last keeps all before.
class StreamParams {
  public:
    StreamParams();

    /// What we take: 4 bytes a pixel, of 8 or 10 bits a colour, in memory first; in linear DMA-BUFs
    /// where a producer has no other.
    void add_formats();

    /// How buffers of that format have to be, and what has to come with a picture.
    void add_buffers(const StreamFormat& format);

    /// For pw_stream_connect() and pw_stream_update_params().
    std::vector<const spa_pod*> pods() const;

  private:
    enum class Modifier : std::uint8_t { None, Linear };

    void add_format(Modifier modifier);
    void add_meta(std::uint32_t type, std::size_t least, std::size_t wanted, std::size_t most);
    void begin(spa_pod_frame& frame, std::uint32_t type, std::uint32_t id);
    void end(spa_pod_frame& frame);

    static constexpr std::size_t kSize = 4096;
    std::unique_ptr<std::byte[]> memory_;  // NOLINT(modernize-avoid-c-arrays)
    spa_pod_builder builder_{};
    std::vector<std::uint32_t> offsets_;
};

/// Nothing: it is no format of ours.
std::optional<StreamFormat> read_format(const spa_pod& param);

}  // namespace oriel::pipewire_capture
