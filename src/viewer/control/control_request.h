// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "viewer/control/viewer_controls.h"

namespace oriel {

/// Bytes of a line, its end included.
inline constexpr std::size_t kMaxControlLine = 64U << 10U;

/// What somebody asks of a viewer at its control socket: one line of JSON, an object with "verb"
/// and what that verb takes.
struct ControlRequest {
    enum class Verb : std::uint8_t {
        Who,         ///< Which viewer is this?
        FullScreen,  ///< "to": "on", "off", "toggle".
        Screenshot,
        Grab,
        Release,
        SendKeys,  ///< "keys": as parse_key_strokes() takes them.
        Text,      ///< "text": UTF-8.
        Reload,
        Quit,
        Stats,
    };

    Verb verb = Verb::Who;
    ViewerControls::Switch to = ViewerControls::Switch::Toggle;
    std::string text{};  ///< SendKeys, Text. NOLINT(readability-redundant-member-init): for gcc
};

/// Trust: `line` may be anything. Errors: Usage, naming the nearest right word.
Result<ControlRequest> read_control_request(std::string_view line);

/// Without the line's end.
std::string control_request_line(const ControlRequest& request);

/// "on", "off", "toggle". Errors: Usage.
Result<ViewerControls::Switch> parse_switch(std::string_view text);

}  // namespace oriel
