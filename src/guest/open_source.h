// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "capture/source.h"

namespace oriel {

/// The source a person named: "auto", "x11", "pattern[:...]". Auto takes what this guest has.
/// Errors: Usage for names nobody knows, Unsupported for sources not in this version, and
/// whatever opening the source brings.
Result<std::unique_ptr<Source>> open_source(const std::string& capture, const std::string& display);

}  // namespace oriel
