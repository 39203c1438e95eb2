// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace oriel {

/// One line of what `--json` prints, without its end. A path or another program's words may hold
/// bytes that are no UTF-8, and JSON may not: U+FFFD stands in their place.
std::string json_text(const nlohmann::json& value);
std::string json_text(const nlohmann::ordered_json& value);

}  // namespace oriel
