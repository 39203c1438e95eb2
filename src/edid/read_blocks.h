// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include "edid/read_edid.h"

namespace oriel {

// Each adds to the report what one block says. `bytes` are the 128 of that block, `index` its
// number; anything may be in them.

using BlockBytes = std::span<const std::uint8_t>;

void read_base_block(BlockBytes bytes, EdidReport& report);
void read_cta_block(BlockBytes bytes, std::uint32_t index, EdidReport& report);
void read_displayid_block(BlockBytes bytes, std::uint32_t index, EdidReport& report);

/// A timing written down in full, as a mode.
ListedMode mode_of(const Timing& timing, ListedMode::Source source, std::uint32_t block);

}  // namespace oriel
