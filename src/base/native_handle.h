// SPDX-License-Identifier: MIT
#pragma once

// From linux/native/ or windows/native/, as the build's system is:
//   NativeHandle   what the system calls an open thing, lent: a descriptor, a HANDLE
//   kNoHandle      the value that names none
//   OwnedHandle    one that is closed at its end
#include "native/handle.h"
