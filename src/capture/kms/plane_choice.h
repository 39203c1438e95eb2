// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "capture/kms/kms_device.h"

namespace oriel::kms_capture {

/// What the planes of a screen are to us.
struct PlaneChoice {
    std::vector<KmsPlane> layers;  ///< Those of the picture, the farthest first.
    std::optional<KmsPlane> cursor;
};

/// Sorts the planes of a screen.
/// Errors: Unsupported, naming it, where one is scaled, rotated or mirrored: what the display
/// controller makes of such pixels cannot be told exactly.
Result<PlaneChoice> choose_planes(std::span<const KmsPlane> planes);

/// The part of a plane that lies on a screen of `screen`, in the screen's pixels.
Rect visible_part(const KmsPlane& plane, Size screen);

}  // namespace oriel::kms_capture
