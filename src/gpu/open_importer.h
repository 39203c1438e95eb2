// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/framebuffer_importer.h"
#include "gpu/importer_module.h"

namespace oriel::gpu {

/// The first of these that is a GPU, through the module `egl`.
/// Errors: Unsupported, in one line that says what is missing: the module, a library of its, or a
/// driver.
Result<std::unique_ptr<FramebufferImporter>> open_importer(const std::vector<std::string>& paths,
                                                           Renderer renderer);

}  // namespace oriel::gpu
