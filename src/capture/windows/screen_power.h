// SPDX-License-Identifier: MIT
#pragma once

namespace oriel {

/// Some program keeps this machine's screen from going dark (a film, a talk).
/// Threads: any.
bool is_screen_kept_on();

}  // namespace oriel
