// SPDX-License-Identifier: MIT
#pragma once

namespace oriel {

// What `oriel-guest --help` says of options that differ from system to system.

extern const char* const kRegionWords;
extern const char* const kCaptureWords;

/// Null where there are no displays to name.
extern const char* const kDisplayWords;

}  // namespace oriel
