// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "viewer/control/control_request.h"

namespace oriel {

/// What a viewer's answer (a line of JSON with "ok" true) says to people; empty: nothing, it is
/// done. With line ends.
std::string ctl_text(ControlRequest::Verb verb, const std::string& answer);

}  // namespace oriel
