// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/result.h"
#include "relay/geometry.h"

namespace oriel {

/// Changes the mode of a guest's screen at a viewer's wish.
///
/// Lifetime: its end puts the mode back that was there before its first change, unless somebody
/// else has changed it since. A process that is killed puts nothing back.
/// Threads: one.
class ModeSetter {
  public:
    virtual ~ModeSetter() = default;
    ModeSetter(const ModeSetter&) = delete;
    ModeSetter& operator=(const ModeSetter&) = delete;

    /// is_mode_size(size). `refresh_mhz` is what would be best; 0: any.
    /// Returns: the size that the screen has now; a few columns fewer than `size` where the
    /// hardware cannot have that many.
    /// Blocks: until the display server has done it, with some drivers a tenth of a second.
    /// Errors: the screen is as before; says why, for people.
    virtual Result<Size> set_mode(Size size, std::uint32_t refresh_mhz) = 0;

  protected:
    ModeSetter() = default;
};

}  // namespace oriel
