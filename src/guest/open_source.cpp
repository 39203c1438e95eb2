// SPDX-License-Identifier: MIT
#include "guest/open_source.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "base/log.h"
#include "capture/kms/kms_source.h"
#include "capture/pattern/pattern_source.h"
#include "capture/x11/x11_source.h"

namespace oriel {
namespace {

constexpr std::array<std::string_view, 5> kLater{"wayland", "pipewire", "dxgi", "d3d12", "gdi"};
constexpr std::string_view kPattern = "pattern";
constexpr std::string_view kKms = "kms";

using Opened = Result<std::unique_ptr<Source>>;

bool is_kms(std::string_view capture) {
    return capture == kKms || capture.starts_with("kms:");
}

bool is_pattern(std::string_view capture) {
    return capture == kPattern || capture.starts_with("pattern:") ||
           capture.starts_with("pattern,");
}

Result<PatternOptions> pattern_options(std::string_view capture) {
    std::string_view text = capture.substr(kPattern.size());
    if (!text.empty() && text.front() == ':') {
        text.remove_prefix(1);
    }
    return PatternOptions::parse(text);
}

Opened open_x11(const std::string& display) {
    if (display.empty() && std::getenv("DISPLAY") == nullptr) {  // NOLINT(concurrency-mt-unsafe)
        return Failure(Error::not_found(
            "no X server to capture: DISPLAY is not set; name one with --display :N, or use "
            "--capture kms as root"));
    }
    return open_x11_source(display);
}

/// The X server of whoever starts us, else what the kernel shows.
Opened open_auto(const std::string& display) {
    auto x11 = open_x11(display);
    if (x11 || !display.empty()) {
        return x11;
    }
    auto kms = open_kms_source("");
    if (kms) {
        log(LogLevel::Info, "capturing by kms: " + x11.error().message);
        return kms;
    }
    return Failure(
        Error::not_found(fmt::format("no screen to capture, neither x11 ({}) nor kms ({})",
                                     x11.error().message,
                                     kms.error().message)));
}

}  // namespace

Result<void> check_capture(const std::string& capture) {
    if (is_pattern(capture)) {
        ORIEL_TRY(pattern_options(capture));
        return {};
    }
    if (capture == "auto" || capture == "x11" || is_kms(capture)) {
        return {};
    }
    if (std::ranges::find(kLater, capture) != kLater.end()) {
        return Failure(Error::unsupported(
            fmt::format("--capture {} is not in this version; x11, kms and pattern are", capture)));
    }
    return Failure(Error::usage(
        fmt::format("unknown capture source '{}': use auto, x11, kms or pattern", capture)));
}

Opened open_source(const std::string& capture, const std::string& display) {
    ORIEL_TRY(check_capture(capture));
    if (is_pattern(capture)) {
        ORIEL_TRY_ASSIGN(const PatternOptions options, pattern_options(capture));
        return make_pattern_source(options);
    }
    if (is_kms(capture)) {
        return open_kms_source(capture.substr(std::min(capture.size(), kKms.size() + 1)));
    }
    return capture == "x11" ? open_x11(display) : open_auto(display);
}

}  // namespace oriel
