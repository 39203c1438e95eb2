// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "host/status_report.h"

namespace oriel {

/// `oriel` alone: what there is, and the next command to type. Returns the exit code.
int run_overview();

/// What it prints. With line ends.
std::string overview_text(const std::vector<RegionReport>& regions);

}  // namespace oriel
