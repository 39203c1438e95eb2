// SPDX-License-Identifier: MIT
#include "viewer/overlay/text_panel.h"

#include <algorithm>
#include <cmath>

#include "viewer/overlay/painter.h"

namespace oriel {
namespace {

constexpr double kTextHeight = 20;
constexpr double kSmallestTextHeight = 9;
constexpr double kOfWindow = 0.9;
constexpr double kSmaller = 0.7;
constexpr double kBetween = 0.5;  // Of the first line's height.
constexpr std::uint32_t kTextColour = 0xE6E8EB;
constexpr std::uint32_t kDimColour = 0x969DA6;

std::uint32_t whole_pixels(double length, std::uint32_t most) {
    return std::min(static_cast<std::uint32_t>(std::ceil(length)), most);
}

}  // namespace

LayerImage render_text_panel(const std::string& text, const WindowArea& area) {
    const Size window = area.size;
    const double height = std::clamp(window.width / 30.0,
                                     kSmallestTextHeight,
                                     std::max(kTextHeight * area.scale, kSmallestTextHeight));
    const double width = window.width * kOfWindow;
    const auto end_of_line = std::min(text.find('\n'), text.size());
    const std::string first = text.substr(0, end_of_line);
    const std::string rest = text.substr(std::min(end_of_line + 1, text.size()));
    const Painter::Style first_style{.rgb = kTextColour,
                                     .height = height,
                                     .align = Painter::Style::Align::Centre,
                                     .fit = Painter::Style::Fit::Wrap};
    Painter::Style rest_style = first_style;
    rest_style.rgb = kDimColour;
    rest_style.height = std::max(height * kSmaller, kSmallestTextHeight);
    const Painter::Extent upper = Painter::measure(first, width, first_style);
    const Painter::Extent lower =
        rest.empty() ? Painter::Extent{} : Painter::measure(rest, width, rest_style);
    const double rest_at = upper.height + (rest.empty() ? 0 : height * kBetween);
    const Size size = {whole_pixels(std::max(upper.width, lower.width), window.width),
                       whole_pixels(rest_at + lower.height, window.height)};
    if (text.empty() || size.is_empty()) {
        return {};
    }
    Painter painter(size, 1, kMessageColour);
    const double x = (size.width - width) / 2;
    painter.text(x, 0, width, first, first_style);
    if (!rest.empty()) {
        painter.text(x, rest_at, width, rest, rest_style);
    }
    return painter.take();
}

}  // namespace oriel
