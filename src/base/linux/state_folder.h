// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace oriel {

/// Where programs of ours keep what is good for the next time: $XDG_STATE_HOME/oriel, else in
/// ~/.local/state; empty where there is no home either. It may not be there yet.
std::string state_folder();

}  // namespace oriel
