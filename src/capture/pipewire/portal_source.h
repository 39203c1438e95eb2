// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "base/result.h"
#include "capture/pipewire/say.h"
#include "capture/source.h"

namespace oriel::pipewire_capture {

/// As open_pipewire_source(), in the module.
Result<std::unique_ptr<Source>> open_portal_source(Say say);

/// As probe_pipewire_portal(), in the module.
Result<void> probe_portal();

}  // namespace oriel::pipewire_capture
