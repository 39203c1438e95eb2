// SPDX-License-Identifier: MIT
#include "capture/pattern/pattern_options.h"

#include <memory>
#include <optional>

#include <fmt/format.h>

#include "abi/region.h"
#include "base/parse_number.h"

namespace oriel {
namespace {

constexpr std::uint32_t kMaxRate = 10'000;

/// A whole number from `least` to `most` and nothing else.
std::optional<std::uint32_t> number_within(std::string_view text,
                                           std::uint32_t least,
                                           std::uint32_t most) {
    const auto number = parse_number<std::uint32_t>(text);
    return number >= least && number <= most ? number : std::nullopt;
}

std::optional<Size> parse_size(std::string_view text, std::uint32_t least) {
    const std::size_t cross = text.find('x');
    if (cross == std::string_view::npos) {
        return std::nullopt;
    }
    const auto width = number_within(text.substr(0, cross), least, abi::kMaxSide);
    const auto height = number_within(text.substr(cross + 1), least, abi::kMaxSide);
    return width && height ? std::optional(Size{*width, *height}) : std::nullopt;
}

/// "1920x1080@60": what stands before `mark`, and what stands behind it where there is one.
struct Split {
    std::string_view before;
    std::optional<std::string_view> behind;
};

Split split(std::string_view text, char mark) {
    const std::size_t place = text.find(mark);
    if (place == std::string_view::npos) {
        return {text, std::nullopt};
    }
    return {text.substr(0, place), text.substr(place + 1)};
}

bool parse_mode(std::string_view text, PatternOptions& options) {
    const Split parts = split(text, '@');
    const auto size = parse_size(parts.before, kMinPatternSide);
    const auto rate =
        parts.behind ? number_within(*parts.behind, 0, kMaxRate) : std::optional(options.rate_hz);
    if (!size || !rate) {
        return false;
    }
    options.size = *size;
    options.rate_hz = *rate;
    return true;
}

bool parse_change(std::string_view text, PatternOptions& options) {
    const Split parts = split(text, '=');
    if (parts.before == "rect") {
        const auto rect = parts.behind ? parse_size(*parts.behind, 1) : std::optional(options.rect);
        options.change = PatternChange::Rect;
        options.rect = rect.value_or(options.rect);
        return rect.has_value();
    }
    if (parts.behind || (text != "full" && text != "still")) {
        return false;
    }
    options.change = text == "full" ? PatternChange::Full : PatternChange::Still;
    return true;
}

}  // namespace

Result<PatternOptions> PatternOptions::parse(std::string_view text) {
    PatternOptions options;
    const Split parts = split(text, ',');
    const bool has_mode = parts.before.empty() || parse_mode(parts.before, options);
    const bool has_change = !parts.behind || parse_change(*parts.behind, options);
    if (!has_mode || !has_change) {
        return Failure(Error::usage(fmt::format(
            "\"{}\" is no pattern: give [WxH[@HZ]][,full|rect[=WxH]|still], sides from {} to {}, "
            "at most {} Hz, as in 1920x1080@60,rect",
            text,
            kMinPatternSide,
            abi::kMaxSide,
            kMaxRate)));
    }
    return options;
}

}  // namespace oriel
