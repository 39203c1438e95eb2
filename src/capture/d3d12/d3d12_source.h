// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "base/result.h"
#include "capture/dxgi/dxgi_source.h"

namespace oriel {

/// As open_dxgi_source(), but a copy queue of Direct3D 12 brings the pixels: straight into the
/// region where the GPU does that, so that no CPU touches them; else with one copy of the CPU's.
///
/// Errors: as there; or no Direct3D 12 that sees what Direct3D 11 draws.
Result<std::unique_ptr<Source>> open_d3d12_source(const DxgiOptions& options);

}  // namespace oriel
