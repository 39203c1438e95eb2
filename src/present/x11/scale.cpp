// SPDX-License-Identifier: MIT
#include "present/x11/scale.h"

#include <algorithm>

#include "base/parse_number.h"

namespace oriel {
namespace {

constexpr double kUsualDpi = 96;
constexpr double kSmallest = 0.5;
constexpr double kLargest = 4;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

double scale_of_resources(std::string_view resources) {
    constexpr std::string_view kName = "Xft.dpi:";
    while (!resources.empty()) {
        const std::string_view line = resources.substr(0, resources.find('\n'));
        resources.remove_prefix(std::min(line.size() + 1, resources.size()));
        if (!line.starts_with(kName)) {
            continue;
        }
        const auto dpi = parse_number<double>(trimmed(line.substr(kName.size())));
        return dpi && *dpi > 0 ? std::clamp(*dpi / kUsualDpi, kSmallest, kLargest) : 1;
    }
    return 1;
}

double read_text_scale(const X11Connection& connection) {
    constexpr std::uint32_t kMostWords = 1 << 16;
    const auto cookie = xcb_get_property(connection.get(),
                                         0,
                                         connection.screen().root,
                                         XCB_ATOM_RESOURCE_MANAGER,
                                         XCB_ATOM_STRING,
                                         0,
                                         kMostWords);
    const XcbReply<xcb_get_property_reply_t> reply(
        xcb_get_property_reply(connection.get(), cookie, nullptr));
    if (!reply || reply->format != 8) {
        return 1;
    }
    return scale_of_resources(
        {static_cast<const char*>(xcb_get_property_value(reply.get())), reply->value_len});
}

}  // namespace oriel
