// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "capture/kms/framebuffer_imports.h"
#include "gpu/framebuffer_importer.h"

namespace oriel::kms_capture {

/// A GPU that reads any framebuffer as pixels of one value: for tests of who asks it for what.
struct FakeGpu {
    std::uint32_t pixel = 0;  ///< What it reads.
    std::optional<Error> open_error;
    std::optional<Error> import_error;
    std::optional<Error> read_error;

    unsigned opened = 0;  ///< How often, whatever came of it.
    unsigned imported = 0;
    unsigned held = 0;  ///< Importers and imports that are there now.

    static FramebufferImports::Open opener(std::shared_ptr<FakeGpu> gpu);
};

}  // namespace oriel::kms_capture
