// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <sys/types.h>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// Makes sure that `path` is a folder nobody else could have put there or can change: this user's,
/// or root's. One that is there already stays as it is: it may be somebody's home. Errors: System,
/// saying what to do; the os_code is ENOENT where the folder around it is not there.
Result<void> make_private_folder(const std::string& path, mode_t mode);

/// `path`, a folder of this user's or of the system's (is_system_folder()), and the one around it.
/// Errors: as make_private_folder().
Result<void> make_private_folders(const std::string& path);

/// What is open is what `path` leads to now, and not something just removed.
bool is_at(const UniqueFd& open, const std::string& path);

}  // namespace oriel
