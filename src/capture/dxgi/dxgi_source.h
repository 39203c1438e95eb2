// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "capture/source.h"

namespace oriel {

struct DxgiOptions {
    /// Which screen, as find_screen() has it: "DISPLAY2" or "2"; empty: the primary one.
    std::string output;
};

/// Captures a screen by Desktop Duplication on Direct3D 11; one copy of the CPU's for each changed
/// pixel. It is lent its slots (SlotUse). A thread of its own waits for the screen's frames.
///
/// Errors: no such screen; or it cannot be duplicated, and why.
/// Blocks: as long as the system takes to open a GPU, tenths of a second.
Result<std::unique_ptr<Source>> open_dxgi_source(const DxgiOptions& options);

}  // namespace oriel
