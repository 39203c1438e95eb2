// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "edid/read_edid.h"

namespace oriel {

/// The report as a person reads it, several lines; and as one JSON object.
std::string edid_text(const EdidReport& report);
std::string edid_json(const EdidReport& report);

}  // namespace oriel
