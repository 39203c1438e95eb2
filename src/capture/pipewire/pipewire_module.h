// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "base/result.h"
#include "capture/pipewire/say.h"
#include "capture/source.h"

namespace oriel::pipewire_capture {

inline constexpr const char* kModule = "pipewire";

/// What the module `pipewire` has for us (base/linux/module.h).
struct PipewireModule {
    /// As open_pipewire_source(). `say`: log() of the program.
    Result<std::unique_ptr<Source>> (*open)(Say say);

    /// As probe_pipewire_portal().
    Result<void> (*probe)();
};

}  // namespace oriel::pipewire_capture
