// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/linux/fd.h"
#include "base/result.h"
#include "relay/frame_info.h"

namespace oriel {

/// Writes a picture, upright and cropped, as an 8-bit RGB PNG. The file appears under its name
/// only when it is complete; one that is there is replaced then, also behind symbolic links. What
/// is no file (a device, a pipe) stays, and gets the picture as it is written.
///
/// Trust: `pixels` may change meanwhile. Errors: System, naming the path; NotFound for a pipe that
/// nobody reads. Blocks: for as long as the reader of a pipe lets it.
Result<void> write_png(const std::string& path,
                       const FrameInfo& info,
                       std::span<const std::byte> pixels);

/// The same into something open already (standard output), called `name` in messages.
Result<void> write_png(const UniqueFd& fd,
                       const std::string& name,
                       const FrameInfo& info,
                       std::span<const std::byte> pixels);

}  // namespace oriel
