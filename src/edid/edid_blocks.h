// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "edid/edid_plan.h"
#include "edid/make_edid.h"

namespace oriel {

using EdidBlock = std::array<std::uint8_t, kEdidBlockBytes>;

// Three letters that stand for nobody in the registry of such ids (the UEFI Forum's PNP ids; as
// hwdata's pnp.ids lists it in 2023, 2521 of 17576 are taken). There is no range for private use;
// ids that others use for screens of no maker (LNX, RHT) belong to them, and those the registry
// marks "do not use" are on real monitors.
constexpr std::string_view kEdidMaker = "ORL";
constexpr std::uint16_t kEdidProduct = 1;
constexpr std::uint8_t kEdidIsModelYear = 0xFF;  ///< In place of a week of manufacture.
constexpr std::uint32_t kEdidModelYear = 2025;
constexpr std::uint8_t kEdidGamma = 120;  ///< 2.2: (value + 100) / 100.

constexpr std::uint8_t kCtaTag = 0x02;
constexpr std::uint8_t kDisplayIdTag = 0x70;
constexpr std::uint8_t kBlockMapTag = 0xF0;

/// What the last byte has to be, so that all of them add up to a multiple of 256.
std::uint8_t edid_checksum(std::span<const std::uint8_t> bytes_before);

/// The blocks, with their checksums; plan and options belong together.
EdidBlock write_base_block(const EdidPlan& plan,
                           const EdidOptions& options,
                           std::uint8_t extensions);
EdidBlock write_cta_block(const EdidPlan& plan, const EdidOptions& options);
/// None where the plan has no timings for them.
std::vector<EdidBlock> write_displayid_blocks(const EdidPlan& plan, const EdidOptions& options);

/// Says which blocks follow it: EDID 1.3 has to have one where there are several.
EdidBlock write_block_map(std::span<const EdidBlock> blocks_behind);

/// How many detailed timings write_cta_block() has room for with these options.
std::size_t cta_timing_room(const EdidOptions& options);

}  // namespace oriel
