// SPDX-License-Identifier: MIT
#pragma once

#include "base/mapped_memory.h"

namespace oriel {

/// Takes back what viewer `index` said in its page: it is gone, or the place goes to another one.
/// `memory` is writable and has at least kMinRegionSize bytes.
void clear_viewer_page(const MappedMemory& memory, unsigned index);

}  // namespace oriel
