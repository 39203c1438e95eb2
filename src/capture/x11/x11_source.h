// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "capture/source.h"

namespace oriel {

struct X11SourceOptions {
    /// Avoid: does as on servers that have none (all whose pixels lie in a GPU's memory).
    enum class SharedPixmaps : std::uint8_t { Use, Avoid } shared_pixmaps = SharedPixmaps::Use;
};

/// The root window of an X server: all its monitors as one picture, without the pointer.
///
/// The server writes the pixels itself, into the slots where it can map the region (bind_region),
/// else into memory of ours or, forwarded from another machine, through its socket. Suspended it
/// keeps no object in the server and hears of nothing but the screen's size.
///
/// `display` is a name as in $DISPLAY; empty: what $DISPLAY says. The process must ignore SIGPIPE.
/// Errors: NotFound where no server answers; Unsupported, naming what is missing.
Result<std::unique_ptr<Source>> open_x11_source(const std::string& display,
                                                X11SourceOptions options = {});

}  // namespace oriel
