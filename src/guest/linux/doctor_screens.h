// SPDX-License-Identifier: MIT
#pragma once

#include "doctor/linux/system_files.h"
#include "relay/geometry.h"

namespace oriel {

/// The largest of the modes that the connected screens prefer; empty where there is none.
Size largest_screen(const SystemFiles& files);

}  // namespace oriel
