// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "base/result.h"
#include "input/input_sink.h"
#include "input/spice_options.h"

namespace oriel {

/// What the module `spice` has for us (base/linux/module.h).
struct SpiceModule {
    /// Connects in the background. Errors: System.
    Result<std::unique_ptr<InputSink>> (*open)(SpiceOptions options);
};

}  // namespace oriel
