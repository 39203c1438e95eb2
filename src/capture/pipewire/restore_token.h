// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.h"

namespace oriel::pipewire_capture {

/// Where the token is kept by which a portal knows that the person has allowed it before:
/// $XDG_STATE_HOME/oriel/screen-cast-token, or in ~/.local/state; "" where neither is known.
std::string restore_token_path();

/// "" where there is none. Only a file of this user's counts.
std::string read_restore_token(const std::string& path);

/// For this user alone (0600), in a folder that is made where it is missing. A file that is there
/// is replaced at once, or stays as it is.
/// Errors: System.
Result<void> write_restore_token(const std::string& path, const std::string& token);

}  // namespace oriel::pipewire_capture
