// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/linux/sealed_memory.h"
#include "base/result.h"
#include "edid/make_edid.h"
#include "region/region_size.h"
#include "relay/geometry.h"
#include "viewer/viewer_options.h"

namespace oriel {

// Values as typed on a command line. Errors: Usage, naming what is wrong and what would be right.

/// MiB to bytes; 0 stays 0.
Result<std::uint64_t> parse_mebibytes(std::uint64_t mebibytes);
Result<std::uint64_t> parse_mebibytes_text(std::string_view text);

/// A broker's --slots.
Result<std::uint32_t> parse_slots(std::string_view text);

/// A broker's --mode; empty: none.
Result<std::vector<Mode>> parse_optional_modes(std::string_view text);

/// --hugepages: "true" or "false".
Result<PageSize> parse_page_size(std::string_view text);

/// "auto", "x11", "offscreen".
Result<ViewerOptions::Platform> parse_platform(std::string_view text);

/// "guest", "window", "none".
Result<ViewerOptions::Resize> parse_resize(std::string_view text);

/// "auto", "never", "always".
Result<ViewerOptions::InhibitIdle> parse_inhibit_idle(std::string_view text);

/// "auto", "on", "off", "vrr".
Result<Presenter::Vsync> parse_vsync(std::string_view text);

/// "fit", "integer", "down".
Result<Scaling> parse_scaling(std::string_view text);

/// What this version can do of --present.
Result<void> check_present(std::string_view text);

/// A broker's --input, for its viewers; empty: nothing, as "auto" is.
Result<std::string> parse_told_input(std::string_view text);

/// "1280x720"; empty: nothing.
Result<std::optional<Size>> parse_window_size(std::string_view text);

/// Hz to mHz; 0 stays 0.
Result<std::uint32_t> parse_refresh(std::string_view text);

/// "5s", "300ms", "2.5s"; a bare number is seconds.
Result<Nanoseconds> parse_duration(std::string_view text);

/// Seconds of a demo, from one to those of a day.
Result<Nanoseconds> parse_demo_length(std::string_view text);

/// What is wrong with a whole number, for the command-line library, which takes -1 for a large one;
/// empty: nothing.
std::string whole_number_fault(const std::string& text);

/// "cvt", "cvt-rb", "cvt-rb2"; "displayport", "hdmi".
Result<CvtFormula> parse_cvt_formula(std::string_view text);
Result<EdidOptions::Connector> parse_edid_connector(std::string_view text);

}  // namespace oriel
