// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "capture/source.h"

namespace oriel {

/// Whether a person named a source at all, so that nobody waits for one that cannot come.
/// Errors: as open_source()'s Usage and Unsupported.
Result<void> check_capture(const std::string& capture);

/// The source a person named: "auto", "pattern[:...]", "wayland[:OUTPUT]", "pipewire", "x11",
/// "kms[:...]"; on Windows "dxgi[:OUTPUT]", "wgc", "gdi". Auto takes what this guest has.
/// `display`: the X server's, or with "wayland" the compositor's. Errors: Usage for names nobody
/// knows, Unsupported for another system's, and whatever opening the source brings.
Result<std::unique_ptr<Source>> open_source(const std::string& capture, const std::string& display);

}  // namespace oriel
