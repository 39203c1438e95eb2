// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oriel {

/// Keys (KEY_...) that are pressed in that order, then released.
using KeyStroke = std::vector<std::uint32_t>;

inline constexpr std::size_t kMaxKeysInAStroke = 8;

/// "ctrl+alt+delete", or several such with spaces between. Keys are called as key_table.h has it
/// for QEMU ("ret", "spc", "meta_l"), and as people call them ("enter", "space", "super").
/// Errors: Usage, naming the nearest right one.
Result<std::vector<KeyStroke>> parse_key_strokes(std::string_view text);

/// What types `text` (UTF-8) on a keyboard with the layout of the US; a line's end is Enter.
/// `caps_lock`: it is lit in the guest, so letters need the other shift.
/// Errors: Usage, naming the first character that this keyboard has no key for.
Result<std::vector<KeyStroke>> strokes_of_text(std::string_view text, bool caps_lock);

}  // namespace oriel
