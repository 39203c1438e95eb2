// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <ctime>
#include <span>
#include <string>

#include "base/result.h"
#include "relay/frame_info.h"

namespace oriel {

/// oriel-NAME-YYYYmmdd-HHMMSS.png, for the region or path `name` at local time `when`.
std::string screenshot_name(const std::string& name, const std::tm& when);

/// Before anything is asked for. Errors: Usage: "-" is standard output, and that a terminal.
Result<void> check_screenshot_file(const std::string& file);

/// Writes a PNG into `file`; "-": standard output; empty: a name made of the region's and the time.
/// Returns the file's name, empty for standard output. Errors: as write_png().
Result<std::string> write_screenshot(const std::string& file,
                                     const std::string& region,
                                     const FrameInfo& info,
                                     std::span<const std::byte> pixels);

}  // namespace oriel
