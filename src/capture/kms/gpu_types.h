// SPDX-License-Identifier: MIT
#pragma once

#include "gpu/mapped_pixels.h"
#include "gpu/pixel_layout.h"

namespace oriel::kms_capture {

/// Framebuffers, as every part of Oriel that meets a GPU speaks of them.
using namespace gpu;

}  // namespace oriel::kms_capture
