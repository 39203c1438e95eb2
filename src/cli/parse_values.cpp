// SPDX-License-Identifier: MIT
#include "cli/parse_values.h"

#include <cmath>

#include <fmt/format.h>

#include "abi/region.h"
#include "base/linux/sealed_memory.h"
#include "base/parse_number.h"
#include "input/input_target.h"

namespace oriel {
namespace {

Result<Size> parse_size(std::string_view text, std::string_view option) {
    const std::size_t cross = text.find('x');
    if (cross != std::string_view::npos) {
        const auto width = parse_number<std::uint32_t>(text.substr(0, cross));
        const auto height = parse_number<std::uint32_t>(text.substr(cross + 1));
        if (width && height && *width >= 1 && *height >= 1 && *width <= abi::kMaxSide &&
            *height <= abi::kMaxSide) {
            return Size{*width, *height};
        }
    }
    return Failure(
        Error::usage(fmt::format("{} '{}' is not a size: use WxH, as 1920x1080 (at most {} each)",
                                 option,
                                 text,
                                 abi::kMaxSide)));
}

Error unknown_value(std::string_view option, std::string_view text, std::string_view known) {
    return Error::usage(fmt::format("{} '{}' is unknown: use {}", option, text, known));
}

Error not_yet(std::string_view option, std::string_view text, std::string_view known) {
    return Error::unsupported(
        fmt::format("{} {} is not in this version; {} is", option, text, known));
}

}  // namespace

Result<std::uint64_t> parse_mebibytes(std::uint64_t mebibytes) {
    if (mebibytes > abi::kMaxRegionSize >> 20U) {
        return Failure(Error::usage(fmt::format(
            "--size {} is too much: at most {} MiB", mebibytes, abi::kMaxRegionSize >> 20U)));
    }
    return mebibytes << 20U;
}

Result<std::uint64_t> parse_mebibytes_text(std::string_view text) {
    const auto mebibytes = parse_number<std::uint64_t>(text);
    if (!mebibytes) {
        return Failure(Error::usage(fmt::format("--size '{}' is not a whole number of MiB", text)));
    }
    return parse_mebibytes(*mebibytes);
}

Result<std::uint32_t> parse_slots(std::string_view text) {
    const auto slots = parse_number<std::uint32_t>(text);
    if (!slots) {
        return Failure(Error::usage(fmt::format("--slots '{}' is not a whole number", text)));
    }
    return *slots;
}

Result<std::vector<Mode>> parse_optional_modes(std::string_view text) {
    return text.empty() ? std::vector<Mode>() : parse_modes(text);
}

Result<PageSize> parse_page_size(std::string_view text) {
    return text == "true" ? PageSize::Huge : PageSize::Normal;
}

Result<ViewerOptions::Platform> parse_platform(std::string_view text) {
    if (text == "auto") {
        return ViewerOptions::Platform::Auto;
    }
    if (text == "x11") {
        return ViewerOptions::Platform::X11;
    }
    if (text == "offscreen") {
        return ViewerOptions::Platform::Offscreen;
    }
    if (text == "wayland") {
        return ViewerOptions::Platform::Wayland;
    }
    return Failure(unknown_value("--platform", text, "auto, wayland, x11 or offscreen"));
}

Result<ViewerOptions::Resize> parse_resize(std::string_view text) {
    if (text == "guest") {
        return ViewerOptions::Resize::Guest;
    }
    if (text == "window") {
        return ViewerOptions::Resize::Window;
    }
    if (text == "none") {
        return ViewerOptions::Resize::None;
    }
    return Failure(unknown_value("--resize", text, "guest, window or none"));
}

Result<ViewerOptions::InhibitIdle> parse_inhibit_idle(std::string_view text) {
    if (text == "auto") {
        return ViewerOptions::InhibitIdle::Auto;
    }
    if (text == "never") {
        return ViewerOptions::InhibitIdle::Never;
    }
    if (text == "always") {
        return ViewerOptions::InhibitIdle::Always;
    }
    return Failure(unknown_value("--inhibit-idle", text, "auto, never or always"));
}

Result<void> check_present(std::string_view text) {
    if (text == "auto" || text == "direct") {
        return {};
    }
    if (text == "gpu") {
        return Failure(not_yet("--present", text, "direct"));
    }
    return Failure(unknown_value("--present", text, "auto or direct"));
}

Result<Presenter::Vsync> parse_vsync(std::string_view text) {
    if (text == "auto") {
        return Presenter::Vsync::Auto;
    }
    if (text == "on") {
        return Presenter::Vsync::On;
    }
    if (text == "off") {
        return Presenter::Vsync::Off;
    }
    if (text == "vrr") {
        return Presenter::Vsync::Vrr;
    }
    return Failure(unknown_value("--vsync", text, "auto, on, off or vrr"));
}

Result<Scaling> parse_scaling(std::string_view text) {
    if (text == "fit") {
        return Scaling::Fit;
    }
    if (text == "integer") {
        return Scaling::Integer;
    }
    if (text == "down") {
        return Scaling::Down;
    }
    return Failure(unknown_value("--scale", text, "fit, integer or down"));
}

Result<std::string> parse_told_input(std::string_view text) {
    if (text.empty()) {
        return "";
    }
    ORIEL_TRY_ASSIGN(const InputTarget input, InputTarget::parse(text));
    return input.kind == InputTarget::Kind::Auto ? "" : input.text();
}

Result<std::optional<Size>> parse_window_size(std::string_view text) {
    if (text.empty()) {
        return std::nullopt;
    }
    ORIEL_TRY_ASSIGN(const Size size, parse_size(text, "--size"));
    return size;
}

Result<std::uint32_t> parse_refresh(std::string_view text) {
    const auto hertz = parse_number<double>(text);
    if (!hertz || !std::isfinite(*hertz) || *hertz < 0 || *hertz > 1000) {
        return Failure(
            Error::usage(fmt::format("--refresh {} is not a rate: use 1 to 1000", text)));
    }
    return static_cast<std::uint32_t>(*hertz * 1000);
}

Result<Nanoseconds> parse_duration(std::string_view text) {
    std::string_view digits = text;
    double unit = 1e9;
    if (digits.ends_with("ms")) {
        unit = 1e6;
        digits.remove_suffix(2);
    } else if (digits.ends_with("s")) {
        digits.remove_suffix(1);
    }
    const auto value = parse_number<double>(digits);
    if (!value || !std::isfinite(*value) || *value < 0 || *value > 86400) {
        return Failure(
            Error::usage(fmt::format("'{}' is not a time: use 5s, 300ms or 2.5s", text)));
    }
    return Nanoseconds(static_cast<std::int64_t>(*value * unit));
}

Result<Nanoseconds> parse_demo_length(std::string_view text) {
    const auto length = parse_duration(text);
    if (!length || *length < std::chrono::seconds(1)) {
        return Failure(
            Error::usage(fmt::format("--seconds '{}' is no length: use 1 to 86400", text)));
    }
    return *length;
}

std::string whole_number_fault(const std::string& text) {
    return parse_number<std::uint64_t>(text) ? "" : fmt::format("'{}' is not a whole number", text);
}

Result<CvtFormula> parse_cvt_formula(std::string_view text) {
    if (text == "cvt") {
        return CvtFormula::Full;
    }
    if (text == "cvt-rb") {
        return CvtFormula::Reduced;
    }
    if (text == "cvt-rb2") {
        return CvtFormula::Reduced2;
    }
    return Failure(unknown_value("--timing", text, "cvt, cvt-rb or cvt-rb2"));
}

Result<EdidOptions::Connector> parse_edid_connector(std::string_view text) {
    if (text == "displayport") {
        return EdidOptions::Connector::DisplayPort;
    }
    if (text == "hdmi") {
        return EdidOptions::Connector::Hdmi;
    }
    return Failure(unknown_value("--connector", text, "displayport or hdmi"));
}

}  // namespace oriel
