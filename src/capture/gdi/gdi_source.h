// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "capture/source.h"

namespace oriel {

/// Captures a screen of a Windows guest by copying it through GDI and comparing it with what it
/// was: works with every driver and tells of no change by itself, so it looks again and again, at
/// most once a refresh and half of the time, and more seldom while nothing changes.
///
/// `screen`: "DISPLAY2" or "2"; empty: the primary one.
/// Errors: NotFound (no such screen), System.
Result<std::unique_ptr<Source>> open_gdi_source(const std::string& screen);

}  // namespace oriel
