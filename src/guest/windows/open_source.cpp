// SPDX-License-Identifier: MIT
#include "guest/open_source.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "capture/best_source.h"
#include "capture/gdi/gdi_source.h"
#include "capture/pattern/named_pattern.h"

namespace oriel {
namespace {

using Opened = Result<std::unique_ptr<Source>>;

constexpr std::array<std::string_view, 4> kOnLinux{"wayland", "pipewire", "x11", "kms"};

/// "gdi:DISPLAY2".
struct NamedScreen {
    std::string_view way;
    std::string screen;
};

NamedScreen parts_of(std::string_view capture) {
    const auto colon = capture.find(':');
    return colon == std::string_view::npos
               ? NamedScreen{capture, {}}
               : NamedScreen{capture.substr(0, colon), std::string(capture.substr(colon + 1))};
}

Opened open_auto(const std::string& screen) {
    return open_best_source({{"gdi", [screen] {
                                  return open_gdi_source(screen);
                              }}});
}

}  // namespace

Result<void> check_capture(const std::string& capture) {
    if (names_pattern(capture)) {
        return check_named_pattern(capture);
    }
    const std::string_view way = parts_of(capture).way;
    if (way == "auto" || way == "gdi") {
        return {};
    }
    if (std::ranges::find(kOnLinux, way) != kOnLinux.end()) {
        return Failure(Error::unsupported(
            fmt::format("--capture {} is for Linux; gdi and pattern are there", capture)));
    }
    return Failure(Error::usage(
        fmt::format("unknown capture source '{}': use auto, gdi or pattern", capture)));
}

Opened open_source(const std::string& capture, const std::string& /*display*/) {
    ORIEL_TRY(check_capture(capture));
    if (names_pattern(capture)) {
        return open_named_pattern(capture);
    }
    const NamedScreen named = parts_of(capture);
    return named.way == "gdi" ? open_gdi_source(named.screen) : open_auto(named.screen);
}

}  // namespace oriel
