// SPDX-License-Identifier: MIT
#include "edid/make_edid.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "edid/edid_blocks.h"
#include "edid/edid_plan.h"

namespace oriel {
namespace {

constexpr std::uint32_t kMinDpi = 20;
constexpr std::uint32_t kMaxDpi = 600;

Result<void> check_text(std::string_view option, std::string_view text) {
    const bool is_ascii = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7E; });
    const bool is_trimmed = text.empty() || (text.front() != ' ' && text.back() != ' ');
    if (text.size() > kMaxEdidText || !is_ascii || !is_trimmed) {
        return Failure(Error::usage(
            fmt::format("{} '{}' does not fit a block: at most {} ASCII characters, no blank at "
                        "either end",
                        option,
                        text,
                        kMaxEdidText)));
    }
    return {};
}

Result<void> check(const EdidOptions& options) {
    if (options.name.empty()) {
        return Failure(Error::usage("--name is empty: a monitor has a name"));
    }
    ORIEL_TRY(check_text("--name", options.name));
    ORIEL_TRY(check_text("--serial", options.serial));
    if (options.modes.size() > kMaxEdidModes) {
        return Failure(Error::usage(
            fmt::format("{} modes are too many: at most {}", options.modes.size(), kMaxEdidModes)));
    }
    if (options.dpi < kMinDpi || options.dpi > kMaxDpi) {
        return Failure(Error::usage(
            fmt::format("--dpi {} is no screen: use {} to {}", options.dpi, kMinDpi, kMaxDpi)));
    }
    return {};
}

void append(std::vector<std::uint8_t>& bytes, const EdidBlock& block) {
    bytes.insert(bytes.end(), block.begin(), block.end());
}

}  // namespace

std::uint8_t edid_checksum(std::span<const std::uint8_t> bytes_before) {
    std::uint32_t sum = 0;
    for (const std::uint8_t byte : bytes_before) {
        sum += byte;
    }
    return static_cast<std::uint8_t>((256 - sum % 256) % 256);
}

Result<std::vector<std::uint8_t>> make_edid(const EdidOptions& options) {
    ORIEL_TRY(check(options));
    ORIEL_TRY_ASSIGN(const EdidPlan plan, plan_edid(options, cta_timing_room(options)));
    std::vector<EdidBlock> extensions{write_cta_block(plan, options)};
    const std::vector<EdidBlock> displayid = write_displayid_blocks(plan, options);
    extensions.insert(extensions.end(), displayid.begin(), displayid.end());
    if (options.connector == EdidOptions::Connector::Hdmi && extensions.size() > 1) {
        extensions.insert(extensions.begin(), write_block_map(extensions));
    }
    std::vector<std::uint8_t> bytes;
    append(bytes, write_base_block(plan, options, static_cast<std::uint8_t>(extensions.size())));
    for (const EdidBlock& block : extensions) {
        append(bytes, block);
    }
    return bytes;
}

}  // namespace oriel
