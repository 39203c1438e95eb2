// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "abi/viewer.h"
#include "relay/shared_bytes.h"

namespace oriel {

struct Message {
    std::uint32_t type = 0;
    std::uint32_t length = 0;
    std::array<std::byte, abi::kMaxMessage> payload{};

    std::span<const std::byte> bytes() const { return {payload.data(), length}; }
};

/// Our end of a byte ring we write. Bounded; a reader that does not read costs nothing: what does
/// not fit is refused.
///
/// Lifetime: borrows the memory.
class MessageWriter {
  public:
    enum class Outcome : std::uint8_t { Written, Full };

    /// `ring` is abi::kRingSize bytes that only we write.
    explicit MessageWriter(SharedBytes ring) : ring_(ring) {}

    /// `claimed_read` is the peer's count of bytes taken; one that cannot be counts as nothing
    /// taken since the start, which can only make the ring look full.
    /// After Written: store written() where the peer looks.
    Outcome write(std::uint32_t type,
                  std::span<const std::byte> payload,
                  std::uint64_t claimed_read);

    std::uint64_t written() const { return written_; }

  private:
    SharedBytes ring_;
    std::uint64_t written_ = 0;
};

/// Our end of a byte ring the peer writes.
///
/// Trust: everything read is hostile; a header that makes no sense empties the ring.
class MessageReader {
  public:
    explicit MessageReader(SharedBytes ring) : ring_(ring) {}

    /// The next message, if the peer's count says there is one. After it: store read() where the
    /// peer looks.
    std::optional<Message> read(std::uint64_t claimed_written);

    std::uint64_t read_bytes() const { return read_; }

  private:
    SharedBytes ring_;
    std::uint64_t read_ = 0;
};

}  // namespace oriel
