// SPDX-License-Identifier: MIT
#pragma once

#include "viewer/viewer_options.h"

namespace oriel {

/// `oriel view`: shows until the window is closed or told to end. Returns the exit code.
int run_view(const ViewerOptions& options);

}  // namespace oriel
