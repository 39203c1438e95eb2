// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "base/linux/fd.h"
#include "viewer/control/control_request.h"

namespace oriel {

/// One line of JSON without its end: "ok" true with what was asked for, or false with "error" (a
/// line for people) and "kind" ("usage": the request was wrong; "failed").
struct ControlAnswer {
    std::string line;

    /// Screenshot: "width" times "height" pixels of 4 bytes (B, G, R, undefined), row by row.
    UniqueFd picture;
};

using ControlReply = std::function<void(const ControlAnswer& answer)>;

ControlAnswer refusal(const Error& error);

/// Does what is asked, and replies once: at once, or when the last key was pressed.
void run_control_request(ViewerControls& viewer,
                         const ControlRequest& request,
                         const ControlReply& reply);

}  // namespace oriel
