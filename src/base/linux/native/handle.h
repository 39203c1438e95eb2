// SPDX-License-Identifier: MIT
#pragma once

#include "base/linux/fd.h"

namespace oriel {

using NativeHandle = int;
using OwnedHandle = UniqueFd;
constexpr NativeHandle kNoHandle = -1;

}  // namespace oriel
