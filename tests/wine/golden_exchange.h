// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace oriel::test {

/// How a region that another build of this version wrote differs from what this one writes, byte by
/// byte and read as a viewer reads it; "" where it does not.
std::string golden_difference(std::span<std::byte> region);

}  // namespace oriel::test
