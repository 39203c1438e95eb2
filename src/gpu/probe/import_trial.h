// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.h"
#include "gpu/import_probe.h"

namespace oriel::gpu {

/// Has the GPU read a picture of known pixels out of a dma-buf that lies, and was made, as `trial`
/// says, and compares all of them: there are drivers that import without a complaint and then show
/// other memory, as a rule behind the first 2 MB.
///
/// The memory is a file of our own, never the slot itself: that may be of one colour, by which
/// nothing can be told, or be written meanwhile.
///
/// Blocks: for as long as the driver takes to load, and to draw. A driver may also crash.
/// Returns what the GPU calls itself. Errors: Unsupported, saying what went wrong.
Result<std::string> try_import(const ImportTrial& trial);

}  // namespace oriel::gpu
