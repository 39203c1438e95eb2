// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "capture/source.h"

namespace oriel {

/// Captures a screen by Windows.Graphics.Capture, for sessions in which Windows duplicates no
/// desktop. All of the picture is copied whenever something in it changes, since the system does
/// not tell what. Otherwise as open_dxgi_source(). `screen`: see find_screen().
///
/// Errors: no such screen; or this Windows, or this account, has no such capture.
/// Blocks: as long as the system takes to open a GPU, tenths of a second.
Result<std::unique_ptr<Source>> open_wgc_source(const std::string& screen);

}  // namespace oriel
