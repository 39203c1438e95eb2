// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/kms/framebuffer_importer.h"
#include "capture/kms/importer_module.h"

namespace oriel::kms_capture {

/// The first of these that is a GPU, through the module `egl`.
/// Errors: Unsupported, in one line that says what is missing: the module, a library of its, or a
/// driver.
Result<std::unique_ptr<FramebufferImporter>> open_importer(const std::vector<std::string>& paths,
                                                           Renderer renderer);

}  // namespace oriel::kms_capture
