// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <windows.h>

#include "base/error.h"

namespace oriel {

/// A COM call's refusal. `action` says what was tried, as in "duplicate \\.\DISPLAY1".
Error com_error(const std::string& action, HRESULT result);

}  // namespace oriel
