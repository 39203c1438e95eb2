// SPDX-License-Identifier: MIT
#include "guest/linux/doctor_screens.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "abi/region.h"
#include "guest/linux/doctor_checks.h"

namespace oriel {
namespace {

constexpr const char* kDrm = "/sys/class/drm";

/// A connector as the kernel shows it.
struct Connector {
    std::string name;  ///< "card0-HDMI-A-1".
    bool is_connected;
    bool is_lit;  ///< Something drives it.
};

/// "card0", "card12"; no connector, no render node.
bool is_card(std::string_view name) {
    constexpr std::string_view kWord = "card";
    return name.size() > kWord.size() && name.starts_with(kWord) &&
           std::ranges::all_of(name.substr(kWord.size()),
                               [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::vector<Connector> connectors_of(const SystemFiles& files, const std::string& card) {
    std::vector<Connector> found;
    for (const std::string& name : files.names(kDrm)) {
        const std::string folder = fmt::format("{}/{}", kDrm, name);
        const auto status = files.read(folder + "/status");
        // Writeback connectors only hand a picture on.
        if (!name.starts_with(card + "-") || !status ||
            name.find("-Writeback-") != std::string::npos) {
            continue;
        }
        found.push_back(
            {name, status == "connected", files.read(folder + "/enabled") == "enabled"});
    }
    return found;
}

/// "1920x1080"; empty for anything else, or more than a region can hold.
Size size_of(std::string_view text) {
    Size size;
    const std::size_t cross = text.find('x');
    if (cross == std::string_view::npos) {
        return {};
    }
    const auto read = [](std::string_view digits, std::uint32_t& value) {
        const auto done = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return done.ec == std::errc();
    };
    if (!read(text.substr(0, cross), size.width) || !read(text.substr(cross + 1), size.height) ||
        size.width > abi::kMaxSide || size.height > abi::kMaxSide) {
        return {};
    }
    return size;
}

Check card_check(const std::string& card, const std::vector<Connector>& connectors) {
    const auto lit = std::ranges::find_if(connectors, [](const Connector& connector) {
        return connector.is_connected && connector.is_lit;
    });
    if (connectors.empty()) {
        return Check::warn(
            "screen",
            fmt::format("{} has no connector, as an SR-IOV function has none", card),
            "give the guest another screen and render with this GPU: docs/sr-iov.md");
    }
    if (lit != connectors.end()) {
        return Check::ok("screen", fmt::format("{} shows a picture", lit->name));
    }
    const auto connected = std::ranges::find_if(connectors, &Connector::is_connected);
    if (connected != connectors.end()) {
        return Check::warn("screen",
                           fmt::format("{} is connected and dark", connected->name),
                           "start a console, an X server or a compositor on it");
    }
    return Check::warn("screen",
                       fmt::format("nothing is plugged into {}, as {}", card, connectors[0].name),
                       "give it an EDID: `oriel edid make`, docs/edid.md");
}

}  // namespace

Size largest_screen(const SystemFiles& files) {
    Size largest;
    for (const std::string& name : files.names(kDrm)) {
        const std::string folder = fmt::format("{}/{}", kDrm, name);
        if (files.read(folder + "/status") != "connected") {
            continue;
        }
        const std::string modes = files.read(folder + "/modes").value_or("");
        const Size size = size_of(std::string_view(modes).substr(0, modes.find('\n')));
        if (size.area() > largest.area()) {
            largest = size;
        }
    }
    return largest;
}

std::vector<Check> screen_checks(const SystemFiles& files) {
    std::vector<Check> checks;
    for (const std::string& name : files.names(kDrm)) {
        if (is_card(name)) {
            checks.push_back(card_check(name, connectors_of(files, name)));
        }
    }
    if (checks.empty()) {
        checks.push_back(Check::warn("screen",
                                     "this machine has no display device with a kernel driver",
                                     "load the driver of its GPU, or capture an X server"));
    }
    return checks;
}

}  // namespace oriel
