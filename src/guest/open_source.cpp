// SPDX-License-Identifier: MIT
#include "guest/open_source.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "capture/pattern/pattern_source.h"
#include "capture/x11/x11_source.h"

namespace oriel {
namespace {

constexpr std::array<std::string_view, 6> kLater{
    "kms", "wayland", "pipewire", "dxgi", "d3d12", "gdi"};
constexpr std::string_view kPattern = "pattern";

Result<std::unique_ptr<Source>> open_pattern(std::string_view capture) {
    std::string_view text = capture.substr(kPattern.size());
    if (!text.empty() && text.front() == ':') {
        text.remove_prefix(1);
    }
    ORIEL_TRY_ASSIGN(const PatternOptions options, PatternOptions::parse(text));
    return make_pattern_source(options);
}

}  // namespace

Result<std::unique_ptr<Source>> open_source(const std::string& capture,
                                            const std::string& display) {
    if (capture == "auto" || capture == "x11") {
        if (display.empty() &&
            std::getenv("DISPLAY") == nullptr) {  // NOLINT(concurrency-mt-unsafe)
            return Failure(Error::not_found(
                "no X server to capture: DISPLAY is not set; name one with --display :N, or use "
                "--capture pattern"));
        }
        return open_x11_source(display);
    }
    if (capture == kPattern || capture.starts_with("pattern:") || capture.starts_with("pattern,")) {
        return open_pattern(capture);
    }
    if (std::ranges::find(kLater, capture) != kLater.end()) {
        return Failure(Error::unsupported(
            fmt::format("--capture {} is not in this version; x11 and pattern are", capture)));
    }
    return Failure(Error::usage(
        fmt::format("unknown capture source '{}': use auto, x11 or pattern", capture)));
}

}  // namespace oriel
