// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "base/result.h"
#include "present/presenter.h"
#include "viewer/viewer_options.h"

namespace oriel {

/// The presenter these options ask for; Auto takes what this session offers.
/// Errors: NotFound where there is no display.
Result<std::unique_ptr<Presenter>> open_presenter(const ViewerOptions& options);

}  // namespace oriel
