// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/native_handle.h"
#include "base/result.h"

namespace oriel {

// An event by which a parent asks the program it starts to end. The program inherits it and finds
// its number in its environment; nobody else can name it.

/// For the parent: a manual-reset event that a child may inherit. Errors: System.
Result<OwnedHandle> make_inherited_stop_event();

/// "NAME=VALUE" for the child's environment.
std::wstring stop_event_variable(NativeHandle event);

/// For the child: the event that its parent gave it, closed where there is none. Taken once: the
/// variable is removed, and programs that the child starts do not inherit it.
OwnedHandle take_stop_event();

}  // namespace oriel
