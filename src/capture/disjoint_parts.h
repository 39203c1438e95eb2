// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "relay/damage.h"

namespace oriel {

/// The same pixels as the damage's, each in one rectangle only: for those who pay by the pixel.
std::vector<Rect> disjoint_parts(const Damage& damage);

}  // namespace oriel
