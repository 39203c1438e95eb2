// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string_view>

#include "capture/source.h"

namespace oriel {

/// Whether `capture` names a pattern: "pattern", "pattern:1920x1080@60,rect".
bool names_pattern(std::string_view capture);

/// Errors: Usage, as PatternOptions::parse().
Result<void> check_named_pattern(std::string_view capture);
Result<std::unique_ptr<Source>> open_named_pattern(std::string_view capture);

}  // namespace oriel
