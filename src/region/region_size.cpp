// SPDX-License-Identifier: MIT
#include "region/region_size.h"

#include <bit>
#include <optional>

#include <fmt/format.h>

#include "abi/region.h"
#include "base/parse_number.h"
#include "relay/layout.h"

namespace oriel {
namespace {

constexpr std::uint64_t kMiB = 1ULL << 20U;

std::optional<std::uint32_t> parse_side(std::string_view text) {
    const auto side = parse_number<std::uint32_t>(text);
    return side > 0U && side <= abi::kMaxSide ? side : std::nullopt;
}

Result<Mode> parse_mode(std::string_view text) {
    const auto x = text.find('x');
    const auto width = parse_side(text.substr(0, x));
    const auto height =
        parse_side(x == std::string_view::npos ? std::string_view() : text.substr(x + 1));
    if (!width || !height) {
        return Failure(Error::usage(fmt::format(
            "'{}' is no mode: write WIDTHxHEIGHT, as in 1920x1080, each side at most {}",
            text,
            abi::kMaxSide)));
    }
    return Mode{*width, *height};
}

}  // namespace

Result<std::vector<Mode>> parse_modes(std::string_view text) {
    std::vector<Mode> modes;
    while (true) {
        const auto comma = text.find(',');
        ORIEL_TRY_ASSIGN(modes.emplace_back(), parse_mode(text.substr(0, comma)));
        if (modes.size() > abi::kMaxOutputs) {
            return Failure(
                Error::usage(fmt::format("a region carries {} outputs at most", abi::kMaxOutputs)));
        }
        if (comma == std::string_view::npos) {
            return modes;
        }
        text.remove_prefix(comma + 1);
    }
}

std::uint64_t region_size_for(std::span<const Mode> modes, std::uint32_t slots) {
    constexpr PixelFormat kFormat = PixelFormat::Bgra8;
    std::vector<OutputNeeds> needs;
    for (const Mode mode : modes) {
        const FrameGeometry geometry{
            {mode.width, mode.height}, aligned_stride(mode.width, kFormat), kFormat};
        needs.push_back({slot_bytes_for(geometry), slots});
    }
    return needed_region_size(needs);
}

Result<void> check_region_size(std::uint64_t size) {
    if (size > abi::kMaxRegionSize) {
        return Failure(Error::usage(fmt::format("a region of {} MiB is too large: at most {} MiB",
                                                size / kMiB,
                                                abi::kMaxRegionSize / kMiB)));
    }
    if (size < abi::kMinRegionSize) {
        return Failure(
            Error::usage(fmt::format("a region of {} bytes is too small: at least {} MiB",
                                     size,
                                     abi::kMinRegionSize / kMiB)));
    }
    if (!std::has_single_bit(size)) {
        const std::uint64_t next = std::bit_ceil(size) / kMiB;
        const std::string asked =
            size % kMiB == 0 ? fmt::format("{} MiB", size / kMiB) : fmt::format("{} bytes", size);
        return Failure(Error::usage(fmt::format(
            "a region's size must be a power of two: {} is not, {} MiB is the next", asked, next)));
    }
    return {};
}

}  // namespace oriel
