// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include <spa/buffer/buffer.h>

#include "base/linux/fd.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "relay/geometry.h"

namespace oriel::pipewire_capture {

/// A producer's buffer, for reading.
///
/// Trust: what the producer says of it is held against the file's own size.
class StreamBuffer {
  public:
    /// Errors: a kind of memory that cannot be read by a CPU.
    static Result<std::unique_ptr<StreamBuffer>> map(const spa_data& data);

    /// Where a picture lies, as its chunk says at this moment.
    struct Rows {
        std::size_t offset = 0;
        std::uint32_t stride = 0;
    };

    /// Nothing: there is no picture in it, or not all of one of that shape.
    std::optional<Rows> find_rows(const spa_data& data,
                                  Size size,
                                  std::uint32_t bytes_per_pixel) const;

    /// Errors: the producer's GPU does not let go of it, or its file was cut shorter.
    Result<void> read(const std::function<void(std::span<const std::byte>)>& take) const;

  private:
    StreamBuffer() = default;

    MappedMemory memory_;
    UniqueFd gpu_memory_;  ///< Only of a DMA-BUF: it has to be told when it is read.
    std::span<const std::byte> bytes_;
};

}  // namespace oriel::pipewire_capture
