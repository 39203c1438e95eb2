// SPDX-License-Identifier: MIT
#include "guest/open_source.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include <fmt/format.h>

#include "capture/best_source.h"
#include "capture/d3d12/d3d12_source.h"
#include "capture/dxgi/dxgi_source.h"
#include "capture/gdi/gdi_source.h"
#include "capture/pattern/named_pattern.h"
#include "capture/wgc/wgc_source.h"

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

using OpenWay = Opened (*)(const std::string& screen);

struct Way {
    std::string_view name;
    OpenWay open;
};

Opened open_dxgi(const std::string& screen) {
    return open_dxgi_source({screen});
}

Opened open_d3d12(const std::string& screen) {
    return open_d3d12_source({screen});
}

/// Not d3d12: no GPU was seen yet to write into memory that is a device's.
Opened open_auto(const std::string& screen) {
    return open_best_source({{"dxgi", std::bind_front(open_dxgi, screen)},
                             {"gdi", std::bind_front(open_gdi_source, screen)}});
}

/// Not part of auto: a border may frame the screen, and all of it is copied for each change.
constexpr std::array<Way, 5> kWays{Way{"auto", open_auto},
                                   Way{"dxgi", open_dxgi},
                                   Way{"d3d12", open_d3d12},
                                   Way{"wgc", open_wgc_source},
                                   Way{"gdi", open_gdi_source}};

const Way* way_called(std::string_view name) {
    const auto found = std::ranges::find(kWays, name, &Way::name);
    return found != kWays.end() ? &*found : nullptr;
}

}  // namespace

Result<void> check_capture(const std::string& capture) {
    if (names_pattern(capture)) {
        return check_named_pattern(capture);
    }
    const std::string_view way = parts_of(capture).way;
    if (way_called(way) != nullptr) {
        return {};
    }
    if (std::ranges::find(kOnLinux, way) != kOnLinux.end()) {
        return Failure(Error::unsupported(fmt::format(
            "--capture {} is for Linux; dxgi, d3d12, wgc, gdi and pattern are there", capture)));
    }
    return Failure(Error::usage(fmt::format(
        "unknown capture source '{}': use auto, dxgi, d3d12, wgc, gdi or pattern", capture)));
}

Opened open_source(const std::string& capture, const std::string& /*display*/) {
    ORIEL_TRY(check_capture(capture));
    if (names_pattern(capture)) {
        return open_named_pattern(capture);
    }
    const NamedScreen named = parts_of(capture);
    return way_called(named.way)->open(named.screen);
}

}  // namespace oriel
