// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace oriel {

/// What the other ends call a key of linux/input-event-codes.h.
struct KeyName {
    std::uint16_t key;        ///< KEY_...
    std::uint16_t scan;       ///< XT scan code (set 1); kExtendedScan is in it where E0 goes first.
    const char* qcode;        ///< QEMU's name; nullptr where it has none.
    std::uint8_t down_bytes;  ///< What a PS/2 keyboard says for it, in bytes of its default set.
    std::uint8_t up_bytes;
};

inline constexpr std::uint16_t kExtendedScan = 0x100;

/// The row of a KEY_... code; empty where no other end knows it.
const KeyName* find_key(std::uint32_t code);

/// All rows, in the order of their codes.
std::span<const KeyName> all_keys();

}  // namespace oriel
