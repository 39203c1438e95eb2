// SPDX-License-Identifier: MIT
// Writes the golden region of this minor to its standard output. Only for a new minor: what was
// released stays as it is.
#include <iostream>

#include "golden/golden_state.h"

int main() {
    oriel::TestRegion region;
    oriel::make_golden_state(region);
    oriel::write_golden(std::cout, region.bytes());
    return std::cout.good() ? 0 : 1;
}
