// SPDX-License-Identifier: MIT
#pragma once

#include "base/windows/handle.h"

namespace oriel {

using NativeHandle = void*;
using OwnedHandle = UniqueWindowsHandle;
constexpr NativeHandle kNoHandle = nullptr;

}  // namespace oriel
