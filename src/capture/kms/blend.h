// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "capture/kms/gpu_types.h"
#include "capture/kms/kms_device.h"

namespace oriel::kms_capture {

/// How a plane lies over what is under it.
struct BlendRule {
    std::uint32_t alpha;  ///< Of the whole plane, 0xFFFF: opaque.
    KmsPlane::Blend mode;
};

/// Lays `above` over `below`, which becomes the result. The kernel's "pixel blend mode" says how.
void blend_row(const DeepPixel* above, DeepPixel* below, std::size_t count, const BlendRule& rule);

}  // namespace oriel::kms_capture
