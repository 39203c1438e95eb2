// SPDX-License-Identifier: MIT
#pragma once

#include <iosfwd>

#include "relay/test_region.h"

namespace oriel {

/// The region that golden files are made of: one output of 16x8 pixels with three slots, frames
/// finished, given up and announced, a cursor, viewer 2 with a ping and messages both ways, and a
/// broker's page. The same bytes each time.
void make_golden_state(TestRegion& region);

/// Lines of "OFFSET BYTES", both in hexadecimal; what no line names is zero.
void write_golden(std::ostream& out, std::span<const std::byte> region);

/// Whether all of it could be read.
bool read_golden(std::istream& in, std::span<std::byte> region);

}  // namespace oriel
