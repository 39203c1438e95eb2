// SPDX-License-Identifier: MIT
#include "edid/edid_mode.h"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/parse_number.h"

namespace oriel {
namespace {

std::optional<std::uint32_t> refresh_of(std::string_view text) {
    const auto hertz = parse_number<double>(text);
    if (!hertz || !std::isfinite(*hertz) || *hertz < kMinEdidRefreshMhz / 1000.0 ||
        *hertz > kMaxEdidRefreshMhz / 1000.0) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(std::lround(*hertz * 1000));
}

Error not_a_mode(std::string_view text) {
    return Error::usage(
        fmt::format("'{}' is not a mode: use WxH or WxH@HZ, as 2560x1440@144 ({} to {} each way, "
                    "{} to {} Hz)",
                    text,
                    kMinEdidSide,
                    kMaxEdidSide,
                    kMinEdidRefreshMhz / 1000,
                    kMaxEdidRefreshMhz / 1000));
}

}  // namespace

Result<EdidMode> EdidMode::parse(std::string_view text) {
    const std::size_t at = text.find('@');
    const std::string_view size = text.substr(0, at);
    const std::size_t cross = size.find('x');
    if (cross == std::string_view::npos) {
        return Failure(not_a_mode(text));
    }
    const auto width = parse_number<std::uint32_t>(size.substr(0, cross));
    const auto height = parse_number<std::uint32_t>(size.substr(cross + 1));
    const auto refresh = at == std::string_view::npos ? 60'000 : refresh_of(text.substr(at + 1));
    if (!width || !height || !refresh || *width < kMinEdidSide || *height < kMinEdidSide ||
        *width > kMaxEdidSide || *height > kMaxEdidSide) {
        return Failure(not_a_mode(text));
    }
    return EdidMode{*width, *height, *refresh};
}

std::string EdidMode::text() const {
    if (refresh_mhz % 1000 == 0) {
        return fmt::format("{}x{}@{}", width, height, refresh_mhz / 1000);
    }
    return fmt::format("{}x{}@{:.3f}", width, height, refresh_mhz / 1000.0);
}

}  // namespace oriel
