// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.h"

namespace oriel {

/// Tells the event log which program has the texts of our events. Errors: System.
Result<void> add_event_source(const std::wstring& program);

/// Takes that back; harmless where it is not there. Errors: System.
Result<void> remove_event_source();

}  // namespace oriel
